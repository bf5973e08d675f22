"""A hundred texts that have broken pages elsewhere: markup, scripts, addresses, odd characters."""

from __future__ import annotations

_TAGS = """<script>alert(1)</script>
</script><script>alert(1)</script>
</script><img src=x onerror=alert(1)>
<img src=x onerror=alert(1)>
<img src=x onerror="alert(1)">
<img/src/onerror=alert(1)>
<IMG SRC=javascript:alert(1)>
<svg onload=alert(1)>
<svg/onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<svg><a xlink:href="javascript:alert(1)"><text y="9">x</text></a></svg>
<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<body onload=alert(1)>
<iframe src=javascript:alert(1)>
<iframe srcdoc="<script>alert(1)</script>">
<object data=javascript:alert(1)>
<embed src=javascript:alert(1)>
<video><source onerror=alert(1)>
<audio src onerror=alert(1)>
<details open ontoggle=alert(1)>
<input autofocus onfocus=alert(1)>
<select autofocus onfocus=alert(1)>
<textarea autofocus onfocus=alert(1)>
<button onclick=alert(1)>x</button>
<a href="javascript:alert(1)">x</a>
<a href=" javascript:alert(1)">x</a>
<a href="java&#x0A;script:alert(1)">x</a>
<a href="&#106;avascript:alert(1)">x</a>
<a href="vbscript:x">x</a>
<a href="data:text/html,<script>alert(1)</script>">x</a>
<form action=javascript:alert(1)><input type=submit>
<form><button formaction=javascript:alert(1)>x
<meta http-equiv=refresh content="0;url=javascript:alert(1)">
<base href="https://example.org/">
<link rel=stylesheet href="https://example.org/x.css">
<style>*{background:url(https://example.org/x)}</style>
<style>@import 'https://example.org/x.css';</style>
</style><script>alert(1)</script>
</title><script>alert(1)</script>
</textarea><script>alert(1)</script>
</noscript><script>alert(1)</script>
</svg><script>alert(1)</script>
</text></g></svg><img src=x onerror=alert(1)>
</td></tr></table><script>alert(1)</script>
<!--
-->
--!><script>alert(1)</script>
<!--><script>alert(1)</script>
<![CDATA[
]]>
]]><script>alert(1)</script>
<?xml version="1.0"?>
<?php echo 1 ?>
<!DOCTYPE html>
<!ENTITY x SYSTEM "file:///etc/passwd">&x;
"><script>alert(1)</script>
'><script>alert(1)</script>
" onmouseover="alert(1)
' onmouseover='alert(1)
" autofocus onfocus="alert(1)" x="
` onmouseover=alert(1)
x" style="background:url(https://example.org)
&lt;script&gt;alert(1)&lt;/script&gt;
&#60;script&#62;alert(1)&#60;/script&#62;
&amp;&quot;&apos;&lt;&gt;&nbsp;
&notanentity;
&#0;&#xD800;&#x110000;
\\u003cscript\\u003ealert(1)\\u003c/script\\u003e
\\x3cscript\\x3e
{{7*7}}
{{constructor.constructor('alert(1)')()}}
${alert(1)}
#{7*7}
<%= 7*7 %>
{% raw %}
javascript:alert(1)
JaVaScRiPt:alert(1)
data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==
vbscript:msgbox(1)
file:///etc/passwd
//example.org/x
\\\\example.org\\x
/etc/passwd
../../../../etc/passwd
__proto__
constructor
toString
null
true
NaN
-1e309
'; DROP TABLE findings; --
" UNION SELECT * WHERE { ?s ?p ?o } #"""

PAYLOADS: list[str] = [
    *_TAGS.splitlines(),
    "a\u2028b\u2029c",
    "\u202eright to left\u202c",
    "\u0000\u0001\u0008\u000b\u001f\u007f",
    "\ufeff\u200b\u200d\ufffe\uffff",
    "Ｗ＜script＞ full width",
    "0\u0338\u0489" * 40,
]
