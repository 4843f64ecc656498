// What of the page never changes, told in lines: an element and its attributes, each inside the one
// before that stands less deep; ` @key` is one of the interface's texts (also for `aria-label=@key`), `|`
// comes before a text that is the same in every language.

const ACTIONS_OUTLINE = `
div;class=actions
 button;type=button;class=icon;data-act=settings;aria-label=@settings|Aa
 button;type=button;class=icon;data-act=help;aria-label=@help|?
 button;type=button;class=icon leave;data-act=leave @leave
`;

const SETTINGS_OUTLINE = `
dialog;id=settings;class=dialog;part=dialog;aria-labelledby=settings-title
 div;class=dialog-head
  h2;id=settings-title @settings
  button;type=button;class=icon close;data-act=close;aria-label=@close|×
 fieldset;class=choice
  legend @theme
  div;class=choices
   input;type=radio;name=theme;id=theme-auto;data-set=theme;value=
   label;for=theme-auto;class=swatch @theme.auto
   input;type=radio;name=theme;id=theme-light;data-set=theme;value=light
   label;for=theme-light;class=swatch @theme.light
   input;type=radio;name=theme;id=theme-sepia;data-set=theme;value=sepia
   label;for=theme-sepia;class=swatch @theme.sepia
   input;type=radio;name=theme;id=theme-dark;data-set=theme;value=dark
   label;for=theme-dark;class=swatch @theme.dark
 p;class=slide
  label;for=size @size
  input;type=range;id=size;data-set=size;min=0;max=6;value=2
 p;class=slide
  label;for=leading @leading
  input;type=range;id=leading;data-set=leading;min=0;max=4;value=2
 p;class=slide
  label;for=language @language
  select;id=language;class=select;data-set=lang
   option;value= @theme.auto
   option;value=en|English
   option;value=zh-Hans|简体中文
   option;value=zh-Hant|繁體中文
   option;value=ja|日本語
   option;value=ko|한국어
   option;value=fa|فارسی
   option;value=fr|Français
   option;value=es|Español
   option;value=de|Deutsch
   option;value=ru|Русский
 p;class=tick
  input;type=checkbox;id=recent;data-set=recent
  label;for=recent @recent.keep
 p;class=tick
  input;type=checkbox;id=traces;data-set=traces;aria-describedby=traces-help
  label;for=traces @traces
 p;id=traces-help @traces.help
 p;class=dialog-end
  button;type=button;class=button;data-act=forget @forget
  span;class=forgotten;role=status
`;

const HELP_OUTLINE = `
dialog;id=help;class=dialog;part=dialog;aria-labelledby=help-title
 div;class=dialog-head
  h2;id=help-title @help
  button;type=button;class=icon close;data-act=close;aria-label=@close|×
 h3 @help.search
 dl;class=terms
  div
   dt|武汉 school
   dd @help.words
  div
   dt|"early spring"
   dd @help.phrase
  div
   dt|rain -snow
   dd @help.not
  div
   dt|rain OR snow
   dd @help.or
  div
   dt|tag:x title:x author:x
   dd @help.field
  div
   dt|after:2024-05 before:2025
   dd @help.date
  div
   dt|libr*
   dd @help.prefix
 h3 @help.keys
 dl;class=terms
  div
   dt
    kbd|/
    kbd|Ctrl K
   dd @key.search
  div
   dt
    kbd|Esc
   dd @key.escape
  div
   dt
    kbd|j
    kbd|k
    kbd|↓
    kbd|↑
   dd @key.list
  div
   dt
    kbd|Enter
   dd @key.open
  div
   dt
    kbd|n
    kbd|p
   dd @key.match
  div
   dt
    kbd|t
   dd @key.tags
  div
   dt
    kbd|v
   dd @key.original
  div
   dt
    kbd|r
   dd @random
  div
   dt
    kbd|s
   dd @settings
  div
   dt
    kbd|?
   dd @help
  div
   dt
    kbd|Shift
    kbd|Shift
    kbd|Shift
   dd @leave.help
`;

const TOOLS_OUTLINE = `
div;class=tools;role=group;aria-label=@tools
 button;type=button;data-act=share @share
 button;type=button;data-act=cite @cite
 button;type=button;data-act=download @download
 button;type=button;data-act=print @print
`;

const MATCHES_OUTLINE = `
div;class=matches;role=group;aria-label=@matches.here
 button;type=button;class=icon;data-act=previous-match;aria-label=@match.previous|‹
 span;class=matches-place
 button;type=button;class=icon;data-act=next-match;aria-label=@match.next|›
 button;type=button;class=icon;data-act=no-matches;aria-label=@clear|×
`;

const TIMELINE_OUTLINE = `
figure;class=timeline;part=timeline
 figcaption;class=facet-name
  span @timeline
  span;class=words
 div;class=plot;dir=ltr;aria-hidden=true
 div;class=ends;dir=ltr
  input;type=range;class=first;data-month;min=0
  input;type=range;class=last;data-month;min=0
 details;class=by-year
  summary @years
  p;class=summary
  ul;class=years;role=list
`;

/** Builds what an outline tells. */
const outline = (told, texts) => {
  const open = [];
  for (const line of told.trim().split("\n")) {
    const depth = line.search(/\S/);
    const [, spec, key, fixed] = /^ *(.*?)(?: @([\w.-]+))?(?:\|(.*))?$/.exec(line);
    const [name, ...attributes] = spec.split(";");
    const element = document.createElement(name);
    for (const attribute of attributes) {
      const [, of, value = ""] = /^([\w-]+)=?(.*)$/.exec(attribute);
      element.setAttribute(of, value.startsWith("@") ? texts[value.slice(1)] : value);
    }
    if (key || fixed) element.textContent = key ? texts[key] : fixed;
    open.length = depth;
    open[depth - 1]?.append(element);
    open.push(element);
  }
  return open[0];
};

