// The line to the local Slack: one WebSocket on which this window asks, acts and hears of changes, in their order.

export type Json = Record<string, any>;

export class Refused extends Error {
  constructor(readonly code: string, readonly detail: string) {
    super(code);
  }
}

export interface Answer {
  result: any;
  act: number | null;
}

export interface Wire {
  /** Asks or acts as this person; throws Refused with Slack's word for why not. */
  ask(verb: string, given?: Json): Promise<Answer>;
  close(): void;
}

const WAIT_BEFORE_TRYING_AGAIN = 1000;

/** `onState` says whether the line is open; `refused`: the token is not this start's. */
export function openWire(
  token: string,
  handle: string,
  onNews: (news: Json) => void,
  onState: (state: "open" | "lost" | "refused") => void,
): Wire {
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let socket: WebSocket;
  let count = 0;
  let closed = false;

  function connect() {
    socket = new WebSocket(`ws://${location.host}/live`);
    socket.onopen = () => socket.send(JSON.stringify({ token, handle }));
    socket.onmessage = (event) => take(JSON.parse(event.data));
    socket.onclose = (event) => {
      // Nobody waits for an answer in a window that is left.
      if (closed) return;
      for (const each of waiting.values()) each.reject(new Refused("lost", ""));
      waiting.clear();
      if (event.code === 4401) return onState("refused");
      onState("lost");
      setTimeout(connect, WAIT_BEFORE_TRYING_AGAIN);
    };
  }

  function take(said: Json) {
    if (said.type === "hello") return onState("open");
    if (said.id === undefined) return onNews(said);
    const asked = waiting.get(said.id);
    waiting.delete(said.id);
    if (said.ok) asked?.resolve({ result: said.result, act: said.act });
    else asked?.reject(new Refused(said.error, said.detail));
  }

  connect();
  return {
    ask(verb, given = {}) {
      return new Promise((resolve, reject) => {
        if (closed) return;
        if (socket.readyState !== WebSocket.OPEN) return reject(new Refused("lost", ""));
        const id = ++count;
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, verb, arguments: given }));
      });
    },
    close() {
      closed = true;
      socket.close();
    },
  };
}
