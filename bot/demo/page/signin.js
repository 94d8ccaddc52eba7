// Types a login into a chat as a person would, waiting for the bot between the steps.
const PATIENCE = 8000;
const BREATH = 350;

export async function signIn(phone, login) {
  let asked = await answer(phone, "/login");
  // Who has just registered here is asked for their own password; begun anew, it is asked whose it is to be.
  if (asked.includes("@")) asked = await answer(phone, "/login");
  if (asked && !asked.includes("@")) asked = await answer(phone, login.email);
  // Whatever else is said, such as who is signed in already, is for the person to read: nothing more is typed.
  if (asked.includes(login.email)) await answer(phone, login.password);
}

// What the bot asks after that, in whichever language: what can be left by a button is a question, and that for a
// password names the email address. Nothing where it asks nothing, or nobody hears it.
async function answer(phone, text) {
  const heard = phone.heard(PATIENCE);
  if (!phone.send(text)) return "";
  const message = await heard;
  await new Promise((resolve) => setTimeout(resolve, BREATH));
  const keys = message?.reply_markup?.inline_keyboard.flat() ?? [];
  return keys.some((key) => /^leave\b/.test(key.callback_data)) ? message.text : "";
}
