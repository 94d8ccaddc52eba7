"""Large cities, and other names of places, by their IANA time zone.

The tables of the zones name only one city for each zone, and not always the largest. If a city stands under
two zones, there are two cities of that name, and the person is asked.
"""

CITIES = """
Africa/Abidjan: Ivory Coast, Yamoussoukro, Bouake
Africa/Accra: Kumasi, Tamale
Africa/Addis_Ababa: Dire Dawa, Mekelle
Africa/Algiers: Oran, Constantine
Africa/Cairo: Alexandria, Giza, Port Said, Luxor, Aswan
Africa/Casablanca: Rabat, Fes, Marrakesh, Marrakech, Tangier, Agadir
Africa/Dakar: Touba, Thies
Africa/Dar_es_Salaam: Dodoma, Mwanza, Arusha, Zanzibar
Africa/Douala: Yaounde
Africa/Harare: Bulawayo
Africa/Johannesburg: Cape Town, Durban, Pretoria, Soweto, Port Elizabeth, Gqeberha, Bloemfontein
Africa/Johannesburg: East London
Africa/Kampala: Entebbe
Africa/Khartoum: Omdurman, Port Sudan
Africa/Kinshasa: Matadi, Mbandaka
Africa/Lagos: Abuja, Kano, Ibadan, Port Harcourt, Benin City, Kaduna, Enugu
Africa/Luanda: Huambo, Lubango
Africa/Lubumbashi: Mbuji-Mayi, Kisangani, Goma, Bukavu, Kolwezi
Africa/Lusaka: Ndola, Kitwe
Africa/Maputo: Beira, Nampula, Matola
Africa/Nairobi: Mombasa, Kisumu, Nakuru, Eldoret
Africa/Tripoli: Benghazi, Misrata
Africa/Tunis: Sfax
America/Anchorage: Fairbanks, Alaska
America/Argentina/Buenos_Aires: Rosario, La Plata, Mar del Plata
America/Argentina/Cordoba: Santa Fe, Resistencia
America/Asuncion: Ciudad del Este
America/Bahia: Salvador, Salvador da Bahia
America/Belem: Macapa
America/Bogota: Medellin, Cali, Barranquilla, Cartagena, Bucaramanga
America/Caracas: Maracaibo, Valencia, Barquisimeto
America/Chicago: Houston, Dallas, Austin, San Antonio, Fort Worth, Minneapolis, St Paul, Milwaukee
America/Chicago: Kansas City, St Louis, New Orleans, Memphis, Nashville, Oklahoma City, Tulsa, Omaha
America/Chicago: Des Moines, Madison, Birmingham, Montgomery, Baton Rouge, Little Rock, Wichita, Texas
America/Chicago: Illinois, Wisconsin, Minnesota, Iowa, Missouri, Arkansas, Louisiana, Mississippi, Alabama
America/Chicago: Oklahoma, Jackson, Sioux Falls
America/Costa_Rica: San Jose
America/Denver: Salt Lake City, Albuquerque, Colorado Springs, El Paso, Santa Fe, Cheyenne, Billings
America/Denver: Colorado, Utah, New Mexico, Wyoming, Montana
America/Detroit: Ann Arbor, Grand Rapids, Lansing, Michigan
America/Edmonton: Calgary, Alberta
America/Fortaleza: Natal, Teresina, Sao Luis, Joao Pessoa
America/Guatemala: Guatemala City, Quetzaltenango
America/Guayaquil: Quito, Cuenca
America/Halifax: Nova Scotia, New Brunswick, Fredericton
America/Havana: Santiago de Cuba
America/Hermosillo: Sonora
America/Indiana/Indianapolis: Fort Wayne
America/Kentucky/Louisville: Lexington
America/La_Paz: Santa Cruz, Santa Cruz de la Sierra, Cochabamba, Sucre, El Alto
America/Lima: Arequipa, Trujillo, Cusco, Cuzco
America/Los_Angeles: LA, San Francisco, SF, San Diego, San Jose, Sacramento, Oakland, Fresno, Long Beach
America/Los_Angeles: Seattle, Tacoma, Spokane, Portland, Salem, Eugene, Las Vegas, Reno, Silicon Valley
America/Los_Angeles: Palo Alto, California, Washington State, Nevada
America/Managua: Leon
America/Merida: Yucatan
America/Mexico_City: Guadalajara, Puebla, Leon, Queretaro, Toluca, Acapulco, CDMX
America/Montevideo: Salto
America/New_York: NYC, Brooklyn, Queens, Manhattan, Boston, Philadelphia, Washington, Washington DC, DC
America/New_York: Baltimore, Miami, Orlando, Tampa, Jacksonville, St Petersburg, Atlanta, Charlotte
America/New_York: Raleigh, Richmond, Pittsburgh, Cleveland, Columbus, Cincinnati, Buffalo, Rochester
America/New_York: Albany, Newark, Jersey City, Hartford, Providence, New Haven, Cambridge, Savannah
America/New_York: Norfolk, Charleston, Portland, Syracuse, Pennsylvania, Massachusetts, New Jersey
America/New_York: Connecticut, Maryland, Virginia, North Carolina, South Carolina, Ohio, Vermont, Maine
America/New_York: New Hampshire, Rhode Island, Delaware, West Virginia
America/Panama: Panama City
America/Phoenix: Tucson, Mesa, Scottsdale, Arizona
America/Port-au-Prince: Cap-Haitien
America/Recife: Olinda
America/Regina: Saskatoon, Saskatchewan
America/Santiago: Valparaiso, Concepcion, Santiago de Chile
America/Santo_Domingo: Santiago de los Caballeros, Punta Cana
America/Sao_Paulo: Rio de Janeiro, Rio, Brasilia, Belo Horizonte, Curitiba, Porto Alegre, Campinas
America/Sao_Paulo: Florianopolis, Goiania, Guarulhos, Vitoria, Santos
America/St_Johns: Newfoundland
America/Tegucigalpa: San Pedro Sula
America/Tijuana: Mexicali, Ensenada
America/Toronto: Ottawa, Montreal, Quebec, Quebec City, Mississauga, Hamilton, London, Brampton, Ontario
America/Vancouver: Victoria, Surrey, British Columbia
America/Winnipeg: Manitoba
Asia/Almaty: Astana, Nur-Sultan, Shymkent
Asia/Amman: Zarqa, Irbid
Asia/Baghdad: Basra, Mosul, Erbil, Najaf, Karbala
Asia/Baku: Ganja
Asia/Bangkok: Chiang Mai, Phuket, Pattaya
Asia/Beirut: Tripoli
Asia/Colombo: Kandy, Jaffna, Galle
Asia/Damascus: Aleppo, Homs, Latakia
Asia/Dhaka: Chittagong, Chattogram, Khulna, Sylhet, Rajshahi
Asia/Dubai: Abu Dhabi, Sharjah, Ajman, Al Ain, UAE
Asia/Ho_Chi_Minh: Saigon, Hanoi, Da Nang, Haiphong, Hue, Can Tho
Asia/Hong_Kong: Kowloon
Asia/Jakarta: Surabaya, Bandung, Medan, Semarang, Yogyakarta, Palembang, Bekasi, Depok, Tangerang, Bogor
Asia/Jerusalem: Tel Aviv, Haifa, Beersheba
Asia/Kabul: Herat, Kandahar, Mazar-i-Sharif
Asia/Karachi: Lahore, Islamabad, Rawalpindi, Faisalabad, Peshawar, Multan, Quetta, Hyderabad, Sialkot
Asia/Karachi: Gujranwala
Asia/Kathmandu: Pokhara, Lalitpur
Asia/Kolkata: Mumbai, Bombay, Delhi, New Delhi, Bengaluru, Bangalore, Chennai, Madras, Calcutta, Hyderabad
Asia/Kolkata: Pune, Ahmedabad, Surat, Jaipur, Lucknow, Kanpur, Nagpur, Indore, Thane, Bhopal
Asia/Kolkata: Visakhapatnam, Vizag, Patna, Vadodara, Ghaziabad, Ludhiana, Agra, Nashik, Faridabad, Meerut
Asia/Kolkata: Rajkot, Varanasi, Srinagar, Amritsar, Ranchi, Coimbatore, Kochi, Cochin, Thiruvananthapuram
Asia/Kolkata: Trivandrum, Mysuru, Mysore, Goa, Guwahati, Chandigarh, Gurgaon, Gurugram, Noida, Bhubaneswar
Asia/Kolkata: Madurai, Mangalore, Raipur, Dehradun, Jodhpur, Udaipur, Vijayawada, Aurangabad, Jabalpur
Asia/Kolkata: Gwalior, Allahabad, Prayagraj, Shimla, Kerala, Punjab, Gujarat, Maharashtra, Karnataka
Asia/Kolkata: Tamil Nadu, West Bengal, Rajasthan, Bihar, Uttar Pradesh
Asia/Kuala_Lumpur: Penang, George Town, Johor Bahru, Ipoh, Malacca
Asia/Kuching: Kota Kinabalu
Asia/Makassar: Bali, Denpasar, Lombok, Manado
Asia/Manila: Quezon City, Cebu, Davao, Makati, Caloocan
Asia/Novosibirsk: Akademgorodok
Asia/Phnom_Penh: Siem Reap
Asia/Pyongyang: North Korea, Hamhung
Asia/Riyadh: Jeddah, Mecca, Makkah, Medina, Dammam, KSA
Asia/Seoul: South Korea, Korea, Busan, Incheon, Daegu, Daejeon, Gwangju
Asia/Shanghai: Beijing, Peking, Guangzhou, Canton, Shenzhen, Tianjin, Chongqing, Chengdu, Wuhan, Hangzhou
Asia/Shanghai: Xian, Nanjing, Suzhou, Harbin, Shenyang, Qingdao, Dalian, Xiamen, Kunming, Changsha
Asia/Shanghai: Zhengzhou, Jinan, Foshan, Dongguan, Ningbo, Hefei, Fuzhou, Taiyuan, Changchun, Nanning
Asia/Shanghai: Guiyang, Lhasa
Asia/Taipei: Kaohsiung, Taichung, Tainan, Hsinchu
Asia/Tashkent: Namangan, Andijan
Asia/Tbilisi: Batumi, Kutaisi
Asia/Tehran: Mashhad, Isfahan, Shiraz, Tabriz, Qom, Karaj, Ahvaz
Asia/Thimphu: Paro
Asia/Tokyo: Osaka, Kyoto, Yokohama, Nagoya, Sapporo, Fukuoka, Kobe, Hiroshima, Sendai, Kawasaki, Nara
Asia/Tokyo: Okinawa
Asia/Ulaanbaatar: Ulan Bator
Asia/Vladivostok: Khabarovsk
Asia/Yangon: Burma, Rangoon, Mandalay, Naypyidaw
Asia/Yekaterinburg: Ekaterinburg, Chelyabinsk, Perm, Ufa, Tyumen
Asia/Yerevan: Gyumri
Atlantic/Canary: Las Palmas, Tenerife, Gran Canaria
Atlantic/Reykjavik: Akureyri
Australia/Adelaide: South Australia
Australia/Brisbane: Gold Coast, Cairns, Queensland, Townsville
Australia/Hobart: Tasmania
Australia/Melbourne: Geelong, Ballarat
Australia/Perth: Fremantle
Australia/Sydney: Canberra, Newcastle, Wollongong, New South Wales
Europe/Amsterdam: Rotterdam, The Hague, Den Haag, Utrecht, Eindhoven, Groningen, Holland
Europe/Athens: Thessaloniki, Patras, Heraklion, Piraeus
Europe/Belgrade: Novi Sad, Nis
Europe/Berlin: Munich, München, Muenchen, Hamburg, Cologne, Köln, Koeln, Frankfurt, Stuttgart, Düsseldorf
Europe/Berlin: Duesseldorf, Dortmund, Essen, Leipzig, Dresden, Bremen, Hanover, Hannover, Nuremberg
Europe/Berlin: Nürnberg, Bonn, Mannheim, Karlsruhe, Heidelberg, Freiburg, Münster, Augsburg, Mainz, Kiel
Europe/Berlin: Aachen, Ulm, Bochum
Europe/Brussels: Antwerp, Ghent, Bruges, Liege, Leuven
Europe/Bucharest: Cluj-Napoca, Cluj, Timisoara, Iasi, Constanta, Brasov
Europe/Budapest: Debrecen, Szeged, Pecs
Europe/Chisinau: Kishinev
Europe/Copenhagen: Aarhus, Odense, Aalborg
Europe/Dublin: Cork, Galway, Limerick
Europe/Helsinki: Espoo, Tampere, Turku, Oulu
Europe/Istanbul: Ankara, Izmir, Bursa, Antalya, Adana, Konya, Gaziantep, Constantinople
Europe/Kaliningrad: Königsberg
Europe/Kyiv: Kiev, Kharkiv, Kharkov, Odesa, Odessa, Dnipro, Lviv, Zaporizhzhia, Mykolaiv
Europe/Lisbon: Porto, Oporto, Braga, Coimbra, Faro
Europe/Ljubljana: Maribor
Europe/London: Birmingham, Manchester, Liverpool, Leeds, Sheffield, Bristol, Newcastle, Nottingham
Europe/London: Leicester, Edinburgh, Glasgow, Aberdeen, Cardiff, Belfast, Oxford, Cambridge, Southampton
Europe/London: Brighton, York, England, Scotland, Wales, Northern Ireland, UK, Great Britain, Coventry
Europe/London: Plymouth, Bath, Reading
Europe/Madrid: Barcelona, Valencia, Seville, Sevilla, Zaragoza, Malaga, Bilbao, Granada, Murcia, Palma
Europe/Madrid: Cordoba, Alicante, Mallorca, Majorca, Ibiza, Leon, Salamanca, Santiago de Compostela
Europe/Minsk: Gomel, Brest
Europe/Moscow: St Petersburg, Saint Petersburg, Nizhny Novgorod, Kazan, Rostov-on-Don, Voronezh, Krasnodar
Europe/Moscow: Sochi
Europe/Oslo: Bergen, Trondheim, Stavanger, Tromso
Europe/Paris: Marseille, Lyon, Toulouse, Nice, Nantes, Strasbourg, Montpellier, Bordeaux, Lille, Rennes
Europe/Paris: Grenoble, Cannes, Dijon, Reims, Brest
Europe/Prague: Czechia, Brno, Ostrava, Plzen
Europe/Riga: Daugavpils
Europe/Rome: Milan, Milano, Naples, Napoli, Turin, Torino, Palermo, Genoa, Bologna, Florence, Firenze
Europe/Rome: Venice, Venezia, Verona, Bari, Catania, Pisa, Trieste, Padua, Roma
Europe/Sarajevo: Banja Luka, Mostar
Europe/Skopje: Bitola
Europe/Sofia: Plovdiv, Varna, Burgas
Europe/Stockholm: Gothenburg, Göteborg, Malmö, Uppsala
Europe/Tallinn: Tartu
Europe/Vienna: Wien, Graz, Linz, Salzburg, Innsbruck
Europe/Vilnius: Kaunas
Europe/Warsaw: Krakow, Kraków, Cracow, Lodz, Łódź, Wroclaw, Poznan, Gdansk, Katowice, Lublin, Szczecin
Europe/Zagreb: Split, Rijeka, Dubrovnik
Europe/Zurich: Geneva, Genf, Basel, Bern, Berne, Lausanne, Lucerne, Luzern, Lugano, St Gallen
Indian/Maldives: Male
Pacific/Auckland: Wellington, Christchurch, Hamilton, Dunedin, Queenstown
Pacific/Fiji: Suva
Pacific/Guam: Hagatna
Pacific/Honolulu: Hawaii, Waikiki
Pacific/Port_Moresby: Lae
Africa/Algiers: وهران, قسنطينة
Africa/Cairo: الإسكندرية, الجيزة, الأقصر, أسوان, بورسعيد, طنطا, المنصورة
Africa/Casablanca: الرباط, فاس, مراكش, طنجة, أغادير
Asia/Baghdad: البصرة, الموصل, أربيل, النجف, كربلاء
Asia/Dubai: أبو ظبي, الشارقة, عجمان, العين
Asia/Damascus: حلب, حمص, اللاذقية
Asia/Kolkata: दिल्ली, नई दिल्ली, मुंबई, बेंगलुरु, चेन्नई, हैदराबाद, पुणे, अहमदाबाद, सूरत, जयपुर, लखनऊ, कानपुर
Asia/Kolkata: नागपुर, इंदौर, भोपाल, पटना, आगरा, वाराणसी, प्रयागराज, चंडीगढ़, गुरुग्राम, नोएडा, देहरादून, रांची
Asia/Riyadh: جدة, مكة, المدينة, المدينة المنورة, الدمام
Asia/Yekaterinburg: Челябинск, Пермь, Уфа, Тюмень
Europe/Moscow: Санкт-Петербург, Петербург, Питер, Нижний Новгород, Казань
Europe/Moscow: Ростов-на-Дону, Воронеж, Краснодар, Сочи
"""
