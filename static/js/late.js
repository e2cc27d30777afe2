// What only helps a reader who acts is loaded with the reader's first move; until then every form works as a plain one.
{
  const { htmx, modules } = document.currentScript.dataset;
  const MOVES = ["scroll", "pointerdown", "pointermove", "keydown", "focusin"];

  function begin() {
    for (const move of MOVES) removeEventListener(move, begin);
    document.documentElement.dataset.moved = "";
    for (const module of modules?.split(" ") ?? []) if (module) import(module);
    document.head.append(Object.assign(document.createElement("script"), { src: htmx }));
  }

  for (const move of MOVES) addEventListener(move, begin, { passive: true });
}
