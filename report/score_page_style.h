#pragma once

namespace hone::report {

/// Added to kPageStyle. Every colour has a second sign: the underline's form, and ▲ ▼ behind the stretch.
inline constexpr const char* kScorePageStyle = R"css(
:root { --earned: #0a7d3c; --earned-back: #d7f5e1; --lost: #b3261e; --lost-back: #fde0dd; --mixed-back: #fff1c9;
  --seen-back: #e9ecef; }
@media (prefers-color-scheme: dark) { :root { --earned: #5bd68b; --earned-back: #123d24; --lost: #ff8a80;
  --lost-back: #4a1916; --mixed-back: #473a10; --seen-back: #2b3138; } }
.controls { display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: center; margin: 20px 0 14px; }
.controls select, .controls input { font: inherit; color: var(--ink); background: var(--card); padding: 3px 6px;
  border: 1px solid var(--grid); border-radius: 6px; max-width: 100%; }
article { margin-bottom: 14px; }
.head { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: baseline; }
.head h2 { margin: 0; overflow-wrap: anywhere; } .head .figure { min-width: 4ch; }
.status { border: 1px solid var(--grid); border-radius: 20px; padding: 0 9px; font-size: 13px; color: var(--faint); }
.status.masked { color: var(--lost); border-color: var(--lost); }
.columns { display: grid; gap: 6px 24px; grid-template-columns: minmax(0, 1fr); margin-top: 8px; }
@media (min-width: 900px) { .columns { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); } }
.answer { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; line-height: 1.65; }
.answer.empty { color: var(--faint); }
p, td.name, details { overflow-wrap: anywhere; }
td.name { white-space: normal; text-align: left; } td.number { color: var(--faint); }
.columns td.bar { width: 34%; min-width: 60px; } .bar div.minus { background: var(--lost); }
mark { color: inherit; border-radius: 2px; text-decoration-thickness: 2px; text-underline-offset: 3px; }
mark.earned { background: var(--earned-back); text-decoration: underline solid var(--earned) 2px; }
mark.lost { background: var(--lost-back); text-decoration: underline wavy var(--lost) 2px; }
mark.mixed { background: var(--mixed-back); text-decoration: underline double var(--lost) 2px; }
mark.seen { background: var(--seen-back); text-decoration: underline dotted var(--faint) 2px; }
sup { font-size: 10px; line-height: 0; color: var(--faint); user-select: none; }
)css";

/// Sorts and filters the articles; without it the page shows all of them in the file's order.
inline constexpr const char* kScorePageScript = R"js(
(function () {
  var list = document.getElementById('answers'), all = Array.from(list.children);
  var order = document.getElementById('order'), status = document.getElementById('status');
  var find = document.getElementById('find'), shown = document.getElementById('shown');
  function update() {
    var sorted = all.slice(), way = order.value === 'lowest' ? 1 : -1, words = find.value.toLowerCase();
    if (order.value !== 'file') sorted.sort(function (a, b) { return way * (a.dataset.score - b.dataset.score); });
    var count = 0;
    sorted.forEach(function (one) {
      var fits = (!status.value || one.dataset.status === status.value) &&
        (!words || one.textContent.toLowerCase().indexOf(words) >= 0);
      one.hidden = !fits; count += fits ? 1 : 0; list.appendChild(one);
    });
    shown.textContent = count + ' of ' + all.length;
  }
  [order, status].forEach(function (one) { one.addEventListener('change', update); });
  find.addEventListener('input', update);
  document.getElementById('controls').hidden = false; update();
})();
)js";

}  // namespace hone::report
