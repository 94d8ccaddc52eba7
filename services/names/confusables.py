"""Letters that look like others, as far as names of people need it (Unicode Technical Standard 39).

Unicode's own table has some 6,000 lines; nearly all are about signs that do not occur in names.
"""

# Capitals that look like Latin ones, though the small letters of the two may not.
CAPITALS = {
    # Cyrillic
    **dict(zip("АВЕЅІЇЈКМНОРСТУХҮԌԚԜ", "ABESIÏJKMHOPCTYXYGQW", strict=True)),
    # Greek
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϒ", "ABEZHIKMNOPTYXCY", strict=True)),
    # Armenian
    **dict(zip("ՍՕԼՏ", "UOLS", strict=True)),
    # Cherokee, as far as it looks like Latin capitals
    **dict(zip("ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃ", "ABCDEHJKLMPRSTVWZ", strict=True)),
}

# Small letters, after case folding, and what they are taken for.
SMALL_LETTERS = {
    # Cyrillic
    **dict(zip("авеѕіїјкмнорстухһҽԁԛԝүӏ", "abesiijkmhopctyxhedqwyi", strict=True)),
    # Greek
    **dict(zip("αβγεικμνοπρτυχηωϲ", "abyeikuvonptuxnwc", strict=True)),
    # Armenian
    **dict(zip("օսհոցզյ", "ouhngqj", strict=True)),
    # Latin letters and digits that are taken for others
    **dict(zip("lıɩ|1ɑɡʀ0", "iiiiiagro", strict=True)),
    # Cherokee, which folds to capitals
    **dict(zip("ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃ", "abcdehjkimprstvwz", strict=True)),
}

# Two letters that are taken for one.
PAIRS = (("rn", "m"), ("vv", "w"))
