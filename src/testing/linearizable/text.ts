/** Plain data as text, the same for the same: to tell states apart, and to show them. */

export function textOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof Error || value instanceof RegExp) return String(value);
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (value instanceof Set) return `Set ${braced([...value].map(textOf))}`;
  if (value instanceof Map) {
    return `Map ${braced([...value].map(([key, item]) => `${textOf(key)}: ${textOf(item)}`))}`;
  }
  return braced(Object.entries(value).map(([key, item]) => `${keyText(key)}: ${textOf(item)}`));
}

/** In quotes where it could be taken for more than a key. */
function keyText(key: string): string {
  return /^[\w$]+$/.test(key) ? key : JSON.stringify(key);
}

/** In an order that does not depend on what was entered first. */
function braced(items: string[]): string {
  return `{${items.toSorted().join(', ')}}`;
}
