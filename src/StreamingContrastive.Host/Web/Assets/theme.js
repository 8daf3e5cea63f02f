// Loaded before the first paint: a page that turns dark after it was light hurts the eyes.
(function () {
  'use strict';
  var root = document.documentElement;
  var dark = matchMedia('(prefers-color-scheme: dark)');
  var chosen = null;
  try { chosen = localStorage.getItem('theme'); } catch { /* Storage may be switched off. */ }

  function apply() {
    root.dataset.theme = chosen || (dark.matches ? 'dark' : 'light');
    var button = document.getElementById('theme');
    if (button) { button.textContent = root.dataset.theme === 'dark' ? 'Light' : 'Dark'; button.setAttribute('aria-label', 'Switch to ' + button.textContent.toLowerCase() + ' colours'); }
    document.dispatchEvent(new Event('themechange'));
  }

  apply();
  dark.addEventListener('change', apply);
  document.addEventListener('DOMContentLoaded', function () {
    apply();
    var button = document.getElementById('theme');
    if (!button) { return; }
    button.addEventListener('click', function () {
      chosen = root.dataset.theme === 'dark' ? 'light' : 'dark';
      try { localStorage.setItem('theme', chosen); } catch { /* It holds for this page. */ }
      apply();
    });
  });
})();
