// Types a login into a chat as a person would, waiting for the bot between the steps.
const PATIENCE = 8000;
const BREATH = 350;

export async function signIn(phone, login) {
  phone.loginButton.disabled = true;
  try {
    for (const [text, next] of [["/login", /mail address/i], [login.email, /password/i], [login.password, null]]) {
      const answer = phone.heard(PATIENCE);
      phone.send(text);
      const message = await answer;
      // Somebody who is signed in already is told so, and then there is nothing more to type.
      if (!next?.test(message?.text ?? "")) return;
      await new Promise((resolve) => setTimeout(resolve, BREATH));
    }
  } finally {
    phone.loginButton.disabled = false;
  }
}
