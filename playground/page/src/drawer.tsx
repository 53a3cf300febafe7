// Behind the curtain: what the thing in focus caused: what the bot was told, which job it made of that, what it called.
import { Icon } from "./icons";
import { useEffect, useState } from "react";
import { useWindow } from "./window";
import type { Json } from "./wire";

interface Trace {
  acts: Json[];
  deliveries: Json[];
  calls: Json[];
}

const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false } as const;
const FIRST_WAIT_MS = 1500;
const LONGEST_WAIT_MS = 15_000;
const GROWTH = 1.4;
/** More may follow what seems to be over, so it is looked at this often; a running job until it ends. */
const LOOKS = 8;

export function Drawer({ onClose }: { onClose: () => void }) {
  const { state, does, say, language } = useWindow();
  const [trace, setTrace] = useState<Trace | null>(null);
  const [jobs, setJobs] = useState<Json[] | null>(null);
  const focus = state.focus;

  useEffect(() => {
    if (!focus) return;
    let looks = 0;
    let over = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      const [seen, asked] = await Promise.all([does.trace(focus), state.bot.ours ? does.jobs(focus).catch(() => null) : []]);
      if (over) return;
      setTrace(seen);
      setJobs((before) => withSteps(before, asked));
      again(asked);
    };
    const again = (asked: Json[] | null) => {
      const running = (asked ?? []).some((each) => each.state === "accepted");
      if (over || (++looks >= LOOKS && !running)) return;
      const wait = Math.min(FIRST_WAIT_MS * GROWTH ** (looks - 1), LONGEST_WAIT_MS);
      timer = setTimeout(() => void look().catch(() => again(asked)), wait);
    };
    setTrace(null);
    setJobs(null);
    void does.trace(focus).then((seen) => !over && setTrace(seen), () => undefined);
    void look().catch(() => again(null));
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [focus]);

  const clock = (at: number) => new Date(at * 1000).toLocaleTimeString(language, CLOCK);
  return (
    <aside className="drawer" aria-label={say("behind")}>
      <header className="head">
        <h2>{say("behind")}</h2>
        <button type="button" className="round" aria-label={say("close")} onClick={onClose}><Icon name="close" /></button>
      </header>
      <div className="scroll" tabIndex={0}>
        {!focus && <p>{say("nothingYet")}</p>}
        {focus && trace && (
          <>
            <Part title={say("acts")} empty={say("nothing")}>
              {trace.acts.map((each) => (
                <Entry key={each.number} head={<><time>{clock(each.at)}</time> <b>{each.who}</b> {each.verb}</>} body={each.arguments} />
              ))}
            </Part>
            <Part title={say("events")} empty={say("nothing")}>
              {trace.deliveries.map((each, index) => (
                <Entry
                  key={index}
                  bad={each.given_up || !each.acked}
                  head={
                    <>
                      <time>{clock(each.at)}</time> <b>{each.type}</b>{" "}
                      <small>
                        {each.acked ? say("acked", { ms: Math.round(each.latency * 1000) }) : say("notAcked")}
                        {each.attempts > 1 && ` · ${say("tries", { n: each.attempts })}`}
                      </small>
                    </>
                  }
                  body={each.payload}
                />
              ))}
            </Part>
            <Part title={say("jobs")} empty={state.bot.ours ? (jobs ? say("nothing") : say("askingBot")) : say("noBotOfOurs")}>
              {(jobs ?? []).map((each) => (
                <Entry
                  key={each.id}
                  bad={each.state === "failed"}
                  head={<><b>{each.kind}</b> <small>{each.state}{each.reference ? ` · ${each.reference}` : ""}</small></>}
                  body={each}
                  steps={stepsOf(each)}
                />
              ))}
            </Part>
            <Part title={say("calls")} empty={say("nothing")}>
              {trace.calls.map((each, index) => (
                <Entry
                  key={index}
                  bad={!each.ok}
                  head={<><time>{clock(each.at)}</time> <b>{each.method}</b> <small>{each.ok ? "ok" : each.error}</small></>}
                  body={readable(each.arguments)}
                />
              ))}
            </Part>
            <p className="small-note">{say("linked")}</p>
          </>
        )}
      </div>
    </aside>
  );
}

const stepsOf = (request: Json): Json[] => (request.jobs ?? []).flatMap((job: Json) => job.steps);

/** The bot forgets its jobs' steps within a minute of their end; what was seen of them stays. */
function withSteps(before: Json[] | null, now: Json[] | null): Json[] | null {
  return now && now.map((each) => {
    const seen = before?.find((one) => one.id === each.id);
    return seen && stepsOf(seen).length > stepsOf(each).length ? { ...each, jobs: seen.jobs } : each;
  });
}

function Part({ title, empty, children }: { title: string; empty: string; children: React.ReactNode[] }) {
  return (
    <section>
      <h3>{title}</h3>
      {children.length ? <ol>{children}</ol> : <p className="small-note">{empty}</p>}
    </section>
  );
}

function Entry({ head, body, steps = [], bad = false }: { head: React.ReactNode; body: unknown; steps?: Json[]; bad?: boolean }) {
  return (
    <li className={bad ? "bad" : ""}>
      <details>
        <summary>{head}</summary>
        <pre tabIndex={0}>{JSON.stringify(body, null, 2)}</pre>
      </details>
      {steps.length > 0 && (
        <ol className="steps">
          {steps.map((each, index) => <li key={index} className={each.failed ? "bad" : ""}>{each.failed ? "✗" : "✓"} {each.step}</li>)}
        </ol>
      )}
    </li>
  );
}

/** Blocks, views and metadata travel as JSON text; here they are read. */
function readable(given: Json): Json {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, parsed(value)]));
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
