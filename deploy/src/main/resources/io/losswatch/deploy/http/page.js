"use strict";

const PERIOD = 1000;
const SVG = "http://www.w3.org/2000/svg";
const NUMBERS = new Set(["mean", "stderr", "count", "min", "max", "end"]);

let rows = [];
let chosen = null;
let sortKey = null;
let ascending = true;

const byId = (id) => document.getElementById(id);

const number = (value) => {
  if (value === null || value === undefined) return "–";
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(3) : value.toPrecision(5);
};

const time = (millis) => new Date(millis).toISOString().slice(11, 19);

const slice = (row) => {
  const tags = Object.entries(row.slice).map(([key, value]) => key + "=" + value);
  return tags.length ? tags.join(", ") : "all";
};

const model = (row) => (row.version ? row.model + " " + row.version : row.model);

const value = (row, key) => {
  if (key === "slice") return slice(row);
  return key === "model" ? model(row) : row[key];
};

const text = (row, key) => {
  if (key === "end") return time(row.end);
  const raw = value(row, key);
  return NUMBERS.has(key) ? number(raw) : raw;
};

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store", credentials: "same-origin" });
  return { ok: answer.ok, body: await answer.json() };
}

function showHealth(health) {
  const line = byId("health");
  line.textContent = health.body.reasons.join("; ") || health.body.status;
  line.className = health.body.status === "ready" ? "good" : health.ok ? "worry" : "bad";
}

function compare(a, b) {
  const left = value(a, sortKey);
  const right = value(b, sortKey);
  const order = NUMBERS.has(sortKey)
    ? (left ?? -Infinity) - (right ?? -Infinity)
    : String(left).localeCompare(String(right));
  return ascending ? order : -order;
}

function visible() {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = rows.filter((row) => {
    const all = [row.monitor, model(row), slice(row), row.window, row.loss].join(" ").toLowerCase();
    return words.every((word) => all.includes(word));
  });
  return sortKey ? shown.sort(compare) : shown;
}

function showTable() {
  const shown = visible();
  const heads = [...document.querySelectorAll("th")];
  const body = document.querySelector("tbody");
  byId("losses").hidden = rows.length === 0;
  byId("empty").hidden = rows.length !== 0;
  heads.forEach((head) => {
    const isSorted = head.dataset.key === sortKey;
    head.classList.toggle("sorted", isSorted);
    head.setAttribute("aria-sort", isSorted ? (ascending ? "ascending" : "descending") : "none");
  });
  while (body.rows.length > shown.length) body.deleteRow(-1);
  while (body.rows.length < shown.length) {
    const line = body.insertRow();
    line.tabIndex = 0;
    heads.forEach((head) => { line.insertCell().className = head.className.includes("number") ? "number" : ""; });
  }
  shown.forEach((row, i) => {
    const line = body.rows[i];
    line.dataset.id = row.id;
    line.classList.toggle("chosen", row.id === chosen);
    heads.forEach((head, j) => { line.cells[j].textContent = text(row, head.dataset.key); });
  });
}

function draw(tag, attributes, content) {
  const element = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([key, it]) => element.setAttribute(key, it));
  if (content !== undefined) element.textContent = content;
  byId("plot").appendChild(element);
}

function showChart(row, points) {
  const plot = byId("plot");
  const width = Math.max(300, plot.clientWidth);
  plot.setAttribute("viewBox", "0 0 " + width + " 240");
  plot.replaceChildren();
  const known = points.filter((point) => point[1] !== null);
  byId("title").textContent = row
    ? row.monitor + " · " + model(row) + " · " + slice(row) + " · " + row.window
    : "Rolling mean losses";
  byId("facts").textContent = row
    ? row.loss + ": " + number(row.mean) + " over " + number(row.count) + " samples, until "
      + time(row.end) + " UTC" + (row.unlabeled ? ", " + number(row.unlabeled) + " without label" : "")
    : "";
  if (known.length === 0) return;
  const [left, right, top, bottom] = [64, width - 16, 16, 208];
  const ends = known.map((point) => point[0]);
  const means = known.map((point) => point[1]);
  const high = Math.max(...means);
  const low = Math.min(0, ...means);
  const span = high - low || 1;
  const from = ends[0];
  const length = ends[ends.length - 1] - from || 1;
  const x = (end) => left + (end - from) / length * (right - left);
  const y = (mean) => bottom - (mean - low) / span * (bottom - top);
  [low, low + span / 2, low + span].forEach((level) => {
    draw("line", { class: "axis", x1: left, x2: right, y1: y(level), y2: y(level) });
    draw("text", { x: left - 6, y: y(level) + 4, "text-anchor": "end" }, number(level));
  });
  draw("text", { x: left, y: bottom + 20 }, time(from));
  draw("text", { x: right, y: bottom + 20, "text-anchor": "end" }, time(from + length));
  const path = known.map((point, i) => (i ? "L" : "M") + x(point[0]).toFixed(1) + " " + y(point[1]).toFixed(1));
  draw("path", { class: "curve", d: path.join("") });
  const last = known[known.length - 1];
  draw("circle", { class: "dot", cx: x(last[0]), cy: y(last[1]), r: 4 });
}

async function refresh() {
  try {
    showHealth(await ask("/health/ready"));
    const losses = await ask("/losses");
    if (losses.ok) rows = losses.body.rows;
    if (!rows.some((row) => row.id === chosen)) chosen = rows.length ? rows[0].id : null;
    showTable();
    const row = rows.find((each) => each.id === chosen);
    showChart(row, row ? (await ask("/losses/" + row.id)).body.points : []);
  } catch (failure) {
    byId("health").textContent = "no answer from the service";
    byId("health").className = "bad";
  } finally {
    setTimeout(refresh, PERIOD);
  }
}

function choose(event) {
  const line = event.target.closest("tbody tr");
  if (!line || (event.type === "keydown" && event.key !== "Enter")) return;
  chosen = Number(line.dataset.id);
  showTable();
}

document.querySelector("thead").addEventListener("click", (event) => {
  const key = event.target.dataset.key;
  if (!key) return;
  ascending = key === sortKey ? !ascending : !NUMBERS.has(key);
  sortKey = key;
  showTable();
});
document.querySelector("tbody").addEventListener("click", choose);
document.querySelector("tbody").addEventListener("keydown", choose);
byId("filter").addEventListener("input", showTable);
refresh();
