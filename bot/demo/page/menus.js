// What pops up on a phone: small menus, and the list of commands.

export class Popup {
  constructor(element, opener) {
    this.element = element;
    this.opener = opener;
    opener.addEventListener("click", () => (element.hidden ? this.open() : this.close()));
    element.addEventListener("keydown", (event) => this.#move(event));
    document.addEventListener("click", (event) => {
      if (!element.contains(event.target) && !opener.contains(event.target)) this.close();
    });
  }

  set(items) {
    this.element.replaceChildren(
      ...items.map(([label, act]) => {
        const item = document.createElement("button");
        item.type = "button";
        item.setAttribute("role", "menuitem");
        item.textContent = label;
        item.addEventListener("click", () => {
          this.close();
          act();
        });
        return item;
      }),
    );
  }

  open() {
    this.element.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    this.element.querySelector("button")?.focus();
  }

  close() {
    if (this.element.hidden) return;
    if (this.element.contains(document.activeElement)) this.opener.focus();
    this.element.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
  }

  #move(event) {
    const items = [...this.element.querySelectorAll("button")];
    const at = items.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") this.close();
    else if (step) {
      event.preventDefault();
      items[(at + step + items.length) % items.length]?.focus();
    }
  }
}

// The command menu: opened by its button or by typing "/", moved through with the arrows.
export class CommandMenu {
  constructor(list, opener, input, choose) {
    Object.assign(this, { list, opener, input, choose, commands: [], at: 0 });
    list.id = `commands-${crypto.randomUUID()}`;
    input.setAttribute("aria-controls", list.id);
    opener.setAttribute("aria-controls", list.id);
    opener.addEventListener("click", () => {
      if (!list.hidden) return this.close();
      this.#open(this.commands);
      input.focus();
    });
    input.addEventListener("input", () => this.#filter());
    input.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("click", (event) => {
      if (!list.contains(event.target) && !opener.contains(event.target) && event.target !== input) this.close();
    });
  }

  set(commands) {
    this.commands = commands;
    this.opener.hidden = commands.length === 0;
    if (!this.list.hidden) this.#filter();
  }

  #filter() {
    const typed = this.input.value;
    const fits = this.commands.filter(({ command }) => `/${command}`.startsWith(typed.toLowerCase()));
    if (typed.startsWith("/") && fits.length) this.#open(fits);
    else this.close();
  }

  #open(commands) {
    this.shown = commands;
    this.at = 0;
    this.list.replaceChildren(
      ...commands.map(({ command, description }) => {
        const item = document.createElement("li");
        item.setAttribute("role", "option");
        item.id = `${this.list.id}-${command}`;
        const name = document.createElement("b");
        name.textContent = `/${command}`;
        const words = document.createElement("small");
        words.textContent = description;
        item.append(name, words);
        item.addEventListener("click", () => this.#take(command));
        return item;
      }),
    );
    this.list.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    this.#mark();
  }

  #mark() {
    [...this.list.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === this.at));
      if (index === this.at) {
        item.scrollIntoView({ block: "nearest" });
        this.input.setAttribute("aria-activedescendant", item.id);
      }
    });
  }

  #key(event) {
    if (this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.at = (this.at + step + this.shown.length) % this.shown.length;
    else if (event.key === "Enter") this.#take(this.shown[this.at].command);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    if (!this.list.hidden) this.#mark();
  }

  #take(command) {
    this.close();
    this.input.value = this.choose(`/${command}`) ? "" : `/${command}`;
    this.input.focus();
  }

  close() {
    this.list.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
