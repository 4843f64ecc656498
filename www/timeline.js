// Posts by month as bars that can be brushed. All posts stand pale behind those of the present list; two
// sliders set the first and the last month by keyboard and by touch, a pointer draws over the bars, and
// the sentence and the years below say the same in words.

/** A month `YYYY-MM` as a number: months follow each other. */
const monthNumber = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
/** The day of a month, `YYYY-MM-DD`; the last one for 0 of the next. */
const dayOf = (number, day) => {
  const date = new Date(Date.UTC(2000, number % 12, day));
  date.setUTCFullYear(Math.floor(number / 12), number % 12, day);
  return date.toISOString().slice(0, 10);
};

/** Bars of counts as one path, in a space as wide as there are months and 40 high. */
const bars = (counts, first) => {
  const most = Math.max(1, ...counts.map(([, count]) => count));
  const path = counts
    .map(([month, count]) => {
      // Few are still to be seen beside many.
      const height = 2 + (38 * count) / most;
      return `M${month - first} 40v-${height.toFixed(1)}h.82v${height.toFixed(1)}`;
    });
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path.join(""));
  return shape;
};

/**
 * Draws the months. `all` and `found` are pairs of month and count, ascending; `from` and `to` days;
 * `choose` is called with the days of the months that are chosen, empty for no bound.
 */
const timeline = (room, texts, language, all, found, from, to, choose) => {
  const read = (text) =>
    text.split("\n").filter(Boolean).map((line) => [monthNumber(line), Number(line.slice(8))]);
  const [months, matches] = [read(all), read(found)];
  const last = months.at(-1)?.[0] ?? 0;
  const first = months[0]?.[0] ?? 0;
  const count = last + 1 - first;
  room.hidden = count < 2;
  if (count < 2) return room.replaceChildren();

  const format = new Intl.DateTimeFormat(language, { year: "numeric", month: "long", timeZone: "UTC" });
  const inWords = (number) => format.format(new Date(dayOf(number, 1)));
  const figures = new Intl.NumberFormat(language);
  const figure = outline(TIMELINE_OUTLINE, texts);
  const part = (selector) => figure.querySelector(selector);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "bars");
  svg.setAttribute("viewBox", `0 0 ${count} 40`);
  svg.setAttribute("preserveAspectRatio", "none");
  const [back, front] = [bars(months, first), bars(matches, first)];
  back.setAttribute("class", "all");
  front.setAttribute("class", "found");
  const chosen = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  chosen.setAttribute("class", "brushed");
  chosen.setAttribute("height", "40");
  svg.append(back, front, chosen);
  const plot = part(".plot");
  plot.append(svg);

  const ends = [part(".first"), part(".last")];
  ends.forEach((end, place) => {
    end.max = count - 1;
    end.setAttribute("aria-label", texts[place ? "dates.to" : "dates.from"]);
  });
  const show = (one, other) => {
    const [a, b] = [Math.min(one, other), Math.max(one, other)];
    [a, b].forEach((value, place) => {
      ends[place].value = value;
      ends[place].setAttribute("aria-valuetext", inWords(first + value));
    });
    chosen.setAttribute("x", a);
    chosen.setAttribute("width", b + 1 - a);
    figure.classList.toggle("narrowed", a > 0 || b < count - 1);
    part(".words").textContent = `${inWords(first + a)} – ${inWords(first + b)}`;
  };
  const commit = () => {
    const [a, b] = ends.map((end) => Number(end.value));
    choose(a > 0 ? dayOf(first + a, 1) : "", b < count - 1 ? dayOf(first + b + 1, 0) : "");
  };
  let waiting;
  const within = (number) => Math.min(count - 1, Math.max(0, number - first));
  const reset = () =>
    show(from ? within(monthNumber(from)) : 0, to ? within(monthNumber(to)) : count - 1);
  reset();

  ends.forEach((end, place) => {
    end.addEventListener("input", () => {
      const other = Number(ends[1 - place].value);
      const own = place ? Math.max(other, Number(end.value)) : Math.min(other, Number(end.value));
      show(own, other);
    });
    // Keys that follow each other are one choice.
    end.addEventListener("change", () => {
      clearTimeout(waiting);
      waiting = setTimeout(commit, 400);
    });
  });
  let start;
  const at = (event) => {
    const { left, width } = plot.getBoundingClientRect();
    return within(first + Math.floor(((event.clientX - left) / width) * count));
  };
  plot.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    start = at(event);
    plot.setPointerCapture(event.pointerId);
    show(start, start);
  });
  plot.addEventListener("pointermove", (event) => start !== undefined && show(start, at(event)));
  plot.addEventListener("pointerup", () => {
    if (start !== undefined) commit();
    start = undefined;
  });
  plot.addEventListener("pointercancel", () => {
    // A finger that scrolls the page chose nothing.
    start = undefined;
    reset();
  });

  const total = matches.reduce((sum, [, posts]) => sum + posts, 0);
  const most = matches.reduce((best, one) => (one[1] > best[1] ? one : best), [first, 0]);
  const values = {
    n: figures.format(total),
    from: inWords(matches[0]?.[0] ?? first),
    to: inWords(matches.at(-1)?.[0] ?? last),
    month: inWords(most[0]),
    most: figures.format(most[1]),
  };
  part(".summary").textContent = total
    ? texts["timeline.summary"].replace(/\{(\w+)\}/g, (_, name) => values[name])
    : texts["empty.results"];
  const years = new Map();
  for (const [month, posts] of from || to ? months : matches) {
    const year = Math.floor(month / 12);
    years.set(year, (years.get(year) ?? 0) + posts);
  }
  for (const [year, posts] of [...years].reverse()) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const number = document.createElement("span");
    button.type = "button";
    button.className = "year more";
    number.className = "year-count";
    number.textContent = figures.format(posts);
    button.append(String(year), " ", number);
    button.addEventListener("click", () => choose(dayOf(year * 12, 1), dayOf(year * 12 + 12, 0)));
    item.append(button);
    part(".years").append(item);
  }

  // Whoever moves a slider, or reads the years, goes on with that.
  const { activeElement } = room.getRootNode();
  const focus = room.contains(activeElement) ? activeElement.className : "";
  part("details").open = room.querySelector("details")?.open ?? false;
  room.replaceChildren(figure);
  if (focus) (part(`.${focus.split(" ")[0]}`) ?? part("summary")).focus({ preventScroll: true });
};

