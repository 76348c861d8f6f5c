/** Colours of the map as MapLibre understands them, from the tokens of the page. */
export interface Colours {
  readonly ground: string;
  readonly city: string;
  readonly line: string;
  readonly label: string;
  readonly surface: string;
  readonly ink: string;
  readonly act: string;
  readonly onAct: string;
  readonly danger: string;
  readonly onDanger: string;
  readonly wait: string;
}

/** Turns any CSS colour into `rgb(…)`: MapLibre knows no `oklch()`. */
function plain(value: string, pen: CanvasRenderingContext2D): string {
  pen.clearRect(0, 0, 1, 1);
  pen.fillStyle = value.trim();
  pen.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = pen.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

/** Reads the present colours at `element`. */
export function colours(element: Element): Colours {
  const style = getComputedStyle(element);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const read = (name: string): string => {
    const value = style.getPropertyValue(name);
    return pen && value ? plain(value, pen) : "rgb(128, 128, 128)";
  };
  return {
    ground: read("--map-ground"),
    city: read("--map-city"),
    line: read("--map-line"),
    label: read("--map-label"),
    surface: read("--surface"),
    ink: read("--ink"),
    act: read("--act"),
    onAct: read("--on-act"),
    danger: read("--danger"),
    onDanger: read("--on-danger"),
    wait: read("--wait"),
  };
}
