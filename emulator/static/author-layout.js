// Where the nodes of a dialog stand: layers from top to bottom, few crossings, no library. Pure.

export const NODE = { width: 172, height: 48 };
const GAP = { x: 22, y: 54 };
const BEND = 18; // the room that a long arrow takes up in a layer it only passes
const SWEEPS = 8;

/** Places {nodes: [{id}], edges: [{from, to}], start}. Returns width, height, places (id -> {x, y}) and arrows. */
export function layOut({ nodes, edges, start }) {
  const arrows = joined(edges);
  const { back, found } = walk(nodes, arrows, start);
  const ranks = rank(found, arrows.filter((arrow) => !back.has(arrow)));
  const layers = stack(found, ranks);
  const chains = bend(arrows, back, ranks, layers);
  const near = neighbours(chains);
  sortLayers(layers, near);
  const middles = settle(layers, near);
  return drawing({ arrows, back, chains, layers, middles });
}

/** One arrow for all ways between the same two nodes. */
function joined(edges) {
  const found = new Map();
  for (const edge of edges) {
    const key = `${edge.from}>${edge.to}`;
    const arrow = found.get(key) ?? { from: edge.from, to: edge.to, ways: [] };
    arrow.ways.push(edge);
    found.set(key, arrow);
  }
  return [...found.values()];
}

/** Depth first from the start: the order of discovery, and the arrows that lead back up. */
function walk(nodes, arrows, start) {
  const found = [];
  const back = new Set();
  const open = new Set();
  const seen = new Set();
  const visit = (id) => {
    seen.add(id);
    open.add(id);
    found.push(id);
    for (const arrow of arrows.filter(({ from }) => from === id)) {
      if (open.has(arrow.to)) back.add(arrow);
      else if (!seen.has(arrow.to)) visit(arrow.to);
    }
    open.delete(id);
  };
  for (const id of [start, ...nodes.map((node) => node.id)]) if (!seen.has(id)) visit(id);
  return { back, found };
}

/** The layer of each node: one below the lowest of those that lead to it. */
function rank(found, forward) {
  const ranks = new Map(found.map((id) => [id, 0]));
  for (let changed = true; changed;) {
    changed = false;
    for (const { from, to } of forward) {
      if (ranks.get(to) > ranks.get(from)) continue;
      ranks.set(to, ranks.get(from) + 1);
      changed = true;
    }
  }
  return ranks;
}

function stack(found, ranks) {
  const layers = Array.from({ length: Math.max(...ranks.values()) + 1 }, () => []);
  for (const id of found) layers[ranks.get(id)].push(id);
  return layers;
}

/** Long arrows get a bend in every layer that they pass. Returns each arrow's chain of keys. */
function bend(arrows, back, ranks, layers) {
  return new Map(arrows.filter((arrow) => !back.has(arrow)).map((arrow) => {
    const chain = [arrow.from];
    for (let layer = ranks.get(arrow.from) + 1; layer < ranks.get(arrow.to); layer++) {
      const key = `${arrow.from}>${arrow.to}@${layer}`;
      layers[layer].push(key);
      chain.push(key);
    }
    return [arrow, [...chain, arrow.to]];
  }));
}

function neighbours(chains) {
  const near = new Map();
  const add = (from, to, side) => {
    if (!near.has(from)) near.set(from, { up: [], down: [] });
    near.get(from)[side].push(to);
  };
  for (const chain of chains.values()) {
    for (let at = 1; at < chain.length; at++) {
      add(chain[at - 1], chain[at], "down");
      add(chain[at], chain[at - 1], "up");
    }
  }
  return near;
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

function sortLayers(layers, near) {
  const place = new Map();
  const number = (layer) => layer.forEach((key, index) => place.set(key, index / layer.length));
  layers.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const side = sweep % 2 ? "down" : "up";
    for (const layer of sweep % 2 ? layers.toReversed() : layers) {
      const wish = new Map(layer.map((key) => {
        const those = near.get(key)?.[side] ?? [];
        return [key, those.length ? mean(those.map((other) => place.get(other))) : place.get(key)];
      }));
      layer.sort((a, b) => wish.get(a) - wish.get(b));
      number(layer);
    }
  }
}

const widthOf = (key) => (key.includes("@") ? BEND : NODE.width);
const distance = (left, right) => (widthOf(left) + widthOf(right)) / 2 + GAP.x;

/** The middle of each node: as near to its neighbours as the order of its layer allows. */
function settle(layers, near) {
  const middles = new Map();
  for (const layer of layers) {
    layer.forEach((key, at) => middles.set(key, at ? middles.get(layer[at - 1]) + distance(layer[at - 1], key) : 0));
    const half = middles.get(layer.at(-1)) / 2;
    for (const key of layer) middles.set(key, middles.get(key) - half);
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of sweep % 2 ? layers.toReversed() : layers) spread(layer, near, middles);
  }
  return middles;
}

function spread(layer, near, middles) {
  const wish = layer.map((key) => {
    const { up = [], down = [] } = near.get(key) ?? {};
    const those = [...up, ...down].map((other) => middles.get(other));
    return those.length ? mean(those) : middles.get(key);
  });
  const fromLeft = [...wish];
  for (let at = 1; at < layer.length; at++) {
    fromLeft[at] = Math.max(wish[at], fromLeft[at - 1] + distance(layer[at - 1], layer[at]));
  }
  const fromRight = [...wish];
  for (let at = layer.length - 2; at >= 0; at--) {
    fromRight[at] = Math.min(wish[at], fromRight[at + 1] - distance(layer[at], layer[at + 1]));
  }
  layer.forEach((key, at) => middles.set(key, (fromLeft[at] + fromRight[at]) / 2));
}

function drawing({ arrows, back, chains, layers, middles }) {
  const left = Math.min(...[...middles].map(([key, middle]) => middle - widthOf(key) / 2));
  const points = new Map();
  layers.forEach((layer, row) => {
    const y = GAP.x + row * (NODE.height + GAP.y);
    for (const key of layer) points.set(key, { x: middles.get(key) - left + GAP.x, y });
  });
  const right = Math.max(...[...points].map(([key, { x }]) => x + widthOf(key) / 2));
  const places = new Map([...points].filter(([key]) => !key.includes("@")));
  return {
    places,
    width: right + 3 * GAP.x,
    height: GAP.x * 2 + layers.length * (NODE.height + GAP.y) - GAP.y,
    arrows: arrows.map((arrow) => ({
      ...arrow,
      back: back.has(arrow),
      path: back.has(arrow) ? upward(places, arrow) : downward(chains.get(arrow).map((key) => [key, points.get(key)])),
    })),
  };
}

function downward(chain) {
  const stops = chain.flatMap(([key, { x, y }], at) => {
    if (key.includes("@")) return [[x, y], [x, y + NODE.height]];
    return [[x, at ? y : y + NODE.height]];
  });
  const [first, ...rest] = stops;
  let path = `M${first[0]} ${first[1]}`;
  let last = first;
  for (const stop of rest) {
    const half = (stop[1] - last[1]) / 2;
    path += ` C${last[0]} ${last[1] + half} ${stop[0]} ${stop[1] - half} ${stop[0]} ${stop[1]}`;
    last = stop;
  }
  return path;
}

/** Back up along the right side. */
function upward(places, { from, to }) {
  const [a, b] = [places.get(from), places.get(to)];
  const [x, y, u, v] = [a.x + NODE.width / 2, a.y + NODE.height / 2, b.x + NODE.width / 2, b.y + NODE.height / 2];
  const out = Math.max(x, u) + GAP.x * 1.6;
  return `M${x} ${y} C${out} ${y} ${out} ${v} ${u} ${v}`;
}
