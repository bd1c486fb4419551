"""How the page looks: system fonts, few colours, room to read; prints as a board paper."""

from __future__ import annotations

from typing import Final

DRAWINGS: Final = """svg text{font:12px Arial,"Helvetica Neue","Liberation Sans","DejaVu Sans Condensed",sans-serif;fill:var(--ink)}
svg .figure{fill:#3f525f}
svg .axis{fill:var(--soft);font-size:11px}
svg.sankey text,svg.tornado text,svg.bars text,svg.waterfall text{paint-order:stroke;stroke:#fff;stroke-opacity:.85;stroke-width:3px;stroke-linejoin:round}
svg.bars .name{font-size:13px}
svg.change .name{font-weight:600}
svg.inline{display:inline-block;width:190px;height:18px;vertical-align:middle}
"""
"""What any drawing needs, wherever it stands."""
BANDS: Final = ".band{stroke-opacity:.27}.band:hover{stroke-opacity:.5}\n"
"""What the bands of a Sankey need, too."""

CSS: Final = (
    """
:root{--ink:#212b32;--soft:#4c6272;--line:#d8dde0;--pale:#f3f5f6;--blue:#005eb8;--dark:#003087;--warn:#fff4d6}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:#fff;font:16px/1.5 Arial,"Helvetica Neue","Liberation Sans","DejaVu Sans Condensed",sans-serif}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:#fff;padding:6px}
header{border-top:6px solid var(--blue);border-bottom:1px solid var(--line);background:var(--pale)}
header>div,main,footer>div{max-width:1180px;margin:0 auto;padding:0 28px}
header>div{padding-top:14px;padding-bottom:16px}
h1{font-size:27px;line-height:1.2;margin:0 0 2px;color:var(--dark)}
h2{font-size:26px;line-height:1.25;margin:56px 0 4px;color:var(--dark);border-top:3px solid var(--blue);padding-top:12px}
h3{font-size:19px;margin:22px 0 6px}
h4{font-size:16px;margin:20px 0 4px}
h5{font-size:14px;margin:14px 0 0;color:var(--soft)}
.made-up{font-size:14px;font-weight:400;color:var(--ink);background:#ffe4a8;padding:2px 9px;margin-left:12px;vertical-align:4px;white-space:nowrap}
.question{margin:0 0 4px;font-size:18px;max-width:none;color:var(--ink)}
.now{margin:0 0 10px;font-size:14.5px;max-width:none}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:12px}
.card{background:#fff;border:1px solid var(--line);border-top:4px solid var(--blue);padding:8px 14px 10px;font-size:14px;line-height:1.38}
.card h2{font-size:16px;margin:0 0 2px;border:0;padding:0}
.card p{margin:4px 0 0}
.first{display:block;font-size:23px;line-height:1.2;color:var(--dark)}
.unsettled{background:var(--warn);border-left:4px solid #b36b00;padding:3px 8px}
.answer figure{margin:6px 0 0}.answer figcaption{font-size:13px;max-width:none}
svg.change text{font-size:13.5px}svg.change .axis{font-size:12px}.narrow-screen{display:none}
tr:has(:target){background:var(--warn)}td a{color:inherit;text-decoration-color:#8a979f}
.year{font-size:13px;font-weight:400;color:var(--soft);white-space:nowrap}
details.fold{border-top:1px solid var(--line);margin:0;font-size:16px}
details.fold:last-child{border-bottom:1px solid var(--line)}
details.fold>summary{padding:9px 2px;color:var(--ink)}
details.fold>summary h3{display:inline;font-size:16.5px;margin:0}
details.fold>div{padding:0 0 18px 16px}
body:has(#all:checked) details::details-content{content-visibility:visible;height:auto}
#all:checked~label{background:#005eb8;border-color:#005eb8;color:#fff}
#all:focus-visible~label{outline:3px solid #ffb81c;outline-offset:1px}
a:focus-visible,summary:focus-visible,.wide:focus-visible{outline:3px solid #ffb81c;outline-offset:1px}
nav label{border:1px solid #8a979f;border-radius:4px;padding:1px 9px;cursor:pointer;background:#fff}
p{max-width:78ch;margin:8px 0}
.banner{background:var(--warn);border-left:6px solid #b36b00;padding:5px 14px;margin:8px 0 0;max-width:none;font-size:14px}
ul.facts{list-style:none;display:flex;flex-wrap:wrap;gap:2px 22px;margin:10px 0 0;padding:0;font-size:13.5px;color:var(--soft)}
ul.facts b{font-weight:400}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:4px 20px;padding:0;margin:12px 0 0;font-size:15px}
a{color:var(--blue)}
.wide{overflow-x:auto;margin:14px 0 4px}
table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.35;font-variant-numeric:tabular-nums}
caption{text-align:left;max-width:min(92ch,calc(100vw - 32px));color:var(--soft);font-size:13px;padding:0 0 6px}
th,td{text-align:left;padding:7px 12px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
thead th{border-bottom:2px solid var(--soft);vertical-align:bottom;font-size:13px}
th.n,td.n{text-align:right;white-space:nowrap;padding-left:8px}
thead th.n{white-space:normal;min-width:5.5em}
tbody th{font-weight:400}
tfoot th,tfoot td{border-top:2px solid var(--soft);border-bottom:0;font-weight:700}
th:last-child,td:last-child{padding-right:0}
table.headline{font-size:15.5px}
table.headline tbody th,table.headline .strong{font-weight:700}
.code{color:var(--soft);font-size:12.5px;font-weight:400;overflow-wrap:break-word}
.text{overflow-wrap:break-word}.long{min-width:17em}
.notes{padding:0;margin:14px 0;list-style:none}
.notes li{border-left:4px solid #b36b00;background:#fdfaf2;padding:8px 14px;margin:0 0 8px;max-width:none}
.told{padding:0;margin:4px 0 14px;list-style:none}.told>li{padding:6px 0 6px 14px;border-left:4px solid var(--line);margin:0 0 6px}
.told>li.warned{border-left-color:#b36b00;background:#fdfaf2}.told p{margin:0;max-width:100ch}
.small{color:var(--soft);font-size:14px}.small li{margin:3px 0}
.tag{display:inline-block;padding:0 7px;border-radius:3px;background:#e8edee;font-size:12.5px;white-space:nowrap}
.tag.assumption{background:#ffe4a8;font-weight:600}
figure{margin:14px 0}
figcaption{color:var(--soft);font-size:14px;max-width:92ch}
svg{display:block;width:100%;height:auto}
"""
    + DRAWINGS
    + """.fans{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:8px 40px}
table.grid td.n{padding:0}table.grid thead th.n{padding-right:10px}.tint{display:block;padding:7px 10px}
"""
    + BANDS
    + """.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin:10px 0 4px;padding:0;list-style:none;font-size:14px}
.legend span{display:inline-block;width:13px;height:13px;margin-right:7px;vertical-align:-1px}
.pick{position:absolute;opacity:0;pointer-events:none}
.controls{display:flex;flex-wrap:wrap;gap:6px 8px;align-items:center;margin:8px 0;font-size:14px}
.controls b{font-weight:400;color:var(--soft);min-width:74px}
.controls label{border:1px solid #8a979f;border-radius:4px;padding:4px 12px;cursor:pointer;background:#fff}
.controls label:hover{background:var(--pale)}
.panels figure{display:none}
.pair{display:grid;grid-template-columns:minmax(0,5fr) minmax(290px,3fr);gap:8px 40px;align-items:start}.pair .wide{margin-top:6px}
@media (max-width:900px){.pair{display:block}}
details{margin:6px 0 0;font-size:14px}summary{cursor:pointer;color:var(--blue)}
.whole{white-space:nowrap}
footer{margin-top:60px;border-top:1px solid var(--line);background:var(--pale);color:var(--soft);font-size:13px}
footer>div{padding-top:18px;padding-bottom:26px}
footer p{max-width:none}
@page{size:A4;margin:14mm}
@media print{
body{font-size:10.5pt}header,footer{background:#fff}nav,.controls,.pick,.skip{display:none}
header>div,main,footer>div{padding-left:0;padding-right:0;max-width:none}
h2{break-after:avoid;margin-top:26px}h3,h4,h5,caption,thead{break-after:avoid}.card{break-inside:avoid}figure,tr,.pair,.notes li{break-inside:avoid}
table{font-size:8.5pt}table.headline{font-size:9.5pt}.wide{overflow:visible}svg{min-width:0!important}
svg.bars .figure,svg.tornado text{font-size:12.5px}svg.sankey text{font-size:13.5px}
.pair{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:0 20px}.pair td.n{white-space:normal}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
@media (max-width:700px){.wide-screen{display:none}.narrow-screen{display:block}header>div,main,footer>div{padding-left:16px;padding-right:16px}h1{font-size:23px}h2{font-size:23px}}
"""
)
