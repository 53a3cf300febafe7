// Signs of the page itself, drawn here so that no font is needed.

const PATHS = {
  lock: "M5 8V6a3 3 0 0 1 6 0v2M4 8h8v6H4z",
  shared: "M2 8l4-4 4 4-4 4zM8 6l2-2 4 4-4 4-2-2",
  window: "M6 4H3v9h9v-3M8 3h5v5M13 3L7 9",
  search: "M7 2a5 5 0 1 1 0 10A5 5 0 0 1 7 2zM11 11l3 3",
  curtain: "M2 3h12M3 3c0 6 0 8 3 10M13 3c0 6 0 8-3 10M8 3v4",
  again: "M3 8a5 5 0 1 0 2-4M5 1v3h3",
  clip: "M11 5L6 10a1.5 1.5 0 0 0 2 2l5-5a3 3 0 0 0-4-4L4 8a4.500 4.500 0 0 0 6 6",
  lightning: "M9 1L3 9h4l-1 6 6-8H8z",
  menu: "M2 4h12M2 8h12M2 12h12",
  close: "M4 4l8 8M12 4l-8 8",
  thread: "M2 3h12v8H7l-3 3v-3H2z",
  more: "M3 8h.01M8 8h.01M13 8h.01",
  face: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM6 6v1M10 6v1M5 9.500c1.500 2 4.500 2 6 0",
  send: "M2 3l12 5-12 5 2-5zM4 8h5",
  file: "M4 2h5l3 3v9H4zM9 2v3h3",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
