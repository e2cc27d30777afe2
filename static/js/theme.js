// Which theme did the reader choose by hand? Set before the first paint, so that nothing flashes.
try {
  const asked = new URLSearchParams(location.search).get("theme");
  const chosen = ["light", "dark"].includes(asked) ? asked : localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch { /* storage is refused: the system's theme stays */ }
