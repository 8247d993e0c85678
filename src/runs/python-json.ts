// JSON as Python's json module writes it: bare NaN, Infinity and -Infinity are taken as the words "NaN", "Infinity", "-Infinity".

const BARE = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/**
 * Parses JSON text, and where that fails, JSON with Python's three bare words for numbers that are not finite; they come
 * back as the strings "NaN", "Infinity", "-Infinity", which metric values accept.
 *
 * @throws SyntaxError where the text is not JSON even so.
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!text.includes('NaN') && !text.includes('Infinity')) throw error;
    return JSON.parse(text.replace(BARE, (token) => (token.startsWith('"') ? token : `"${token}"`)));
  }
}
