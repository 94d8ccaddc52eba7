// A row that is wider than its place: says on which side there is more, and goes there.
const SEEN = 12; // so much of the row may be cut off: less than the gap at its end

export function showFurther(row, left, right) {
  const look = () => {
    // From right to left, a row begins at 0 as well, and what is further on is below it.
    const before = Math.abs(row.scrollLeft);
    const rest = row.scrollWidth - row.clientWidth - before;
    const [first, last] = getComputedStyle(row).direction === "rtl" ? [right, left] : [left, right];
    first.hidden = before < SEEN;
    last.hidden = rest < SEEN;
  };
  const go = (direction) => row.scrollBy({ left: direction * row.firstElementChild.offsetWidth, behavior: "smooth" });
  left.addEventListener("click", () => go(-1));
  right.addEventListener("click", () => go(1));
  row.addEventListener("scroll", look);
  new ResizeObserver(look).observe(row);
  new MutationObserver(look).observe(row, { childList: true });
}
