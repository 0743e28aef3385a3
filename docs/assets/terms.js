// Escape closes the sentence of a term; the next move of pointer or focus may show one again.
const root = document.documentElement
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") root.classList.add("term-closed")
})
for (const move of ["pointerover", "focusin"])
  document.addEventListener(move, () => root.classList.remove("term-closed"))
