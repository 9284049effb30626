#pragma once

namespace hone::report {

inline constexpr const char* kPageStyle = R"css(
:root { color-scheme: light dark; --page: #f6f8fa; --card: #ffffff; --ink: #1f2328; --faint: #59636e; --grid: #e3e6ea;
  --accent: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --card: #161b22; --ink: #e6edf3; --faint: #9198a1;
  --grid: #30363d; --accent: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 28px 20px 60px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 17px; margin: 32px 0 12px; } p { margin: 4px 0; }
.faint { color: var(--faint); }
.grid { display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); }
.tiles { display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); margin-top: 20px; }
.card { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 14px 16px; }
.card svg { display: block; width: 100%; height: auto; }
.figure { font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
td, th { padding: 4px 10px 4px 0; text-align: right; white-space: nowrap; font-weight: normal; }
td:first-child, th:first-child { text-align: left; } th { color: var(--faint); }
td.bar { width: 45%; } .bar div { height: 12px; border-radius: 3px; background: var(--accent); min-width: 1px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 8px 0 0; font: 13px/1.45 ui-monospace, Menlo, Consolas,
  monospace; }
details + details { margin-top: 8px; } summary { cursor: pointer; overflow-wrap: anywhere; }
)css";

}  // namespace hone::report
