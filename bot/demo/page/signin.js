// Types a login into a chat as a person would, waiting for the bot between the steps.
const PATIENCE = 8000;
const BREATH = 350;

export async function signIn(phone, login) {
  let asked = await answer(phone, "/login");
  // Who has just registered here is asked for their own password; begun anew, it is asked whose it is to be.
  if (/your password for/i.test(asked)) asked = await answer(phone, "/login");
  if (/your email address/i.test(asked)) asked = await answer(phone, login.email);
  // Whatever else is said, such as who is signed in already, is for the person to read: nothing more is typed.
  if (/your password for/i.test(asked) && asked.includes(login.email)) await answer(phone, login.password);
}

// What the bot says to that; nothing where nobody hears it.
async function answer(phone, text) {
  const heard = phone.heard(PATIENCE);
  if (!phone.send(text)) return "";
  const message = await heard;
  await new Promise((resolve) => setTimeout(resolve, BREATH));
  return message?.text ?? "";
}
