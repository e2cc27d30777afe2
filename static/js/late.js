// Updates in place are loaded with the reader's first move; until then every form works as a plain one.
{
  const { htmx } = document.currentScript.dataset;
  const MOVES = ["scroll", "pointerdown", "pointermove", "keydown", "focusin"];

  function begin() {
    for (const move of MOVES) removeEventListener(move, begin);
    document.head.append(Object.assign(document.createElement("script"), { src: htmx }));
  }

  for (const move of MOVES) addEventListener(move, begin, { passive: true });
}
