// Pyodide on node, behind the commands that adapter.py describes.
//
// Speed is measured where Pyodide is fastest, in the thread that loaded it. What may not end runs in a worker, stopped
// as its documentation says: by the interrupt buffer, and by terminate() when that does not help.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { fileURLToPath, pathToFileURL } from "node:url";

const TOOL_CALLS = 500;
const TEXT_KEPT = 64 * 1024;
const GRACE_MS = 1000; // between the interrupt and terminate()
const SIGINT = 2;

async function load(packages) {
  const found = createRequire(path.join(packages, "package.json")).resolve("pyodide/pyodide.mjs");
  const { loadPyodide, version } = await import(pathToFileURL(found));
  const session = { python: await loadPyodide(), version, out: "" };
  session.python.setStdout({ batched: (line) => (session.out += line + "\n") });
  session.python.setStderr({ batched: () => {} });
  session.python.globals.set("quote", (symbol, n) => session.python.toPy({ symbol, n }));
  return session;
}

function failed(session, error) {
  const fatal = error?.name !== "PythonError";
  return { status: fatal ? "stopped" : "error", stdout: session.out, error: String(error?.message ?? error) };
}

function run(session, code) {
  session.out = "";
  try {
    session.python.runPython(code);
  } catch (error) {
    return failed(session, error);
  }
  return { status: "ok", stdout: session.out, error: "" };
}

// The same, with `await` allowed at top level. An interrupt there ends the worker, so only for code that needs it.
async function runAsync(session, code) {
  session.out = "";
  try {
    await session.python.runPythonAsync(code);
  } catch (error) {
    return failed(session, error);
  }
  return { status: "ok", stdout: session.out, error: "" };
}

function must(outcome, stdout) {
  if (outcome.status !== "ok" || outcome.stdout.trim() !== stdout)
    throw new Error(`expected ${stdout}, got ${JSON.stringify(outcome).slice(0, 400)}`);
}

// ---- a session in a worker, which can be stopped --------------------------------------------------------------

class Stoppable {
  constructor(packages) {
    this.interrupt = new Uint8Array(new SharedArrayBuffer(1));
    this.worker = new Worker(fileURLToPath(import.meta.url), { workerData: { packages, interrupt: this.interrupt } });
    this.gone = false;
    this.worker.on("error", (error) => this.answer({ status: "stopped", stdout: "", error: String(error.message) }));
    this.worker.on("exit", (code) => {
      this.gone = true;
      this.answer({ status: "stopped", stdout: "", error: `the worker ended with ${code}` });
    });
    this.worker.on("message", (outcome) => this.answer(outcome));
    this.ready = this.next();
  }

  next() {
    return new Promise((resolve) => (this.resolve = resolve));
  }

  answer(outcome) {
    this.resolve?.(outcome);
    this.resolve = null;
  }

  async run(code, seconds) {
    await this.ready;
    if (this.gone) return { status: "stopped", stdout: "", error: "the worker is gone" };
    const outcome = this.next();
    const timers = [];
    if (seconds) {
      timers.push(setTimeout(() => (this.interrupt[0] = SIGINT), seconds * 1000));
      timers.push(setTimeout(() => this.worker.terminate(), seconds * 1000 + GRACE_MS));
    }
    this.worker.postMessage(code);
    const ended = await outcome;
    timers.forEach(clearTimeout);
    this.interrupt[0] = 0;
    return ended;
  }
}

async function work() {
  const session = await load(workerData.packages);
  session.python.setInterruptBuffer(workerData.interrupt);
  parentPort.on("message", async (code) =>
    parentPort.postMessage(/\bawait\b/.test(code) ? await runAsync(session, code) : run(session, code)));
  parentPort.postMessage("ready");
}

// ---- the commands ---------------------------------------------------------------------------------------------

async function microseconds(call, batches = 5, budgetMs = 1000) {
  const medians = [];
  for (let i = 0; i < 3; i++) await call();
  for (let b = 0; b < batches; b++) {
    const times = [];
    const end = performance.now() + budgetMs / batches;
    while (times.length < 3 || (performance.now() < end && times.length < 2000)) {
      const start = performance.now();
      await call();
      times.push(performance.now() - start);
    }
    medians.push(times.sort((a, b) => a - b)[times.length >> 1]);
  }
  return Math.min(...medians) * 1e3;
}

async function latency(packages) {
  const freshTimes = [];
  let session;
  for (let i = 0; i < 3; i++) {
    // Three: node ends with a trap when it holds many of them.
    const start = performance.now();
    session = await load(packages);
    if (session.python.runPython("1 + 1") !== 2) throw new Error("1 + 1 was not 2");
    freshTimes.push(performance.now() - start);
  }
  session.python.runPython("x = 1");
  let cells = 0;
  const cell = await microseconds(() => (cells++, run(session, "x = x + 1")));
  must(run(session, "print(x)"), String(cells + 1));

  const sum = String((TOOL_CALLS * (TOOL_CALLS - 1)) / 2);
  const loop = (what) => `total = 0\nfor i in range(${TOOL_CALLS}):\n    total = total + ${what}\nprint(total)\n`;
  const calls = await microseconds(() => must(run(session, loop("quote('ACME', i)['n']")), sum), 3);
  const plain = await microseconds(() => must(run(session, loop("i")), sum), 3, 300);
  const tool = (calls - plain) / TOOL_CALLS;
  return { fresh_us: Math.min(...freshTimes) * 1e3, cell_us: cell, tool_us: tool, fork_us: "no" };
}

async function compute(packages, kernel, repeat) {
  const session = await load(packages);
  const loaded = run(session, kernel);
  if (loaded.status !== "ok") return { error: loaded.error.slice(-300) };
  let best = Infinity;
  for (let i = 0; i < repeat; i++) {
    const start = performance.now();
    const outcome = run(session, "print(run(LOOPS) == CHECKSUM)");
    best = Math.min(best, (performance.now() - start) / 1e3);
    if (outcome.status !== "ok" || outcome.stdout.trim() !== "True")
      return { error: outcome.error.slice(-300) || `wrong checksum: ${outcome.stdout.slice(0, 80)}` };
  }
  return { best_s: best };
}

async function hold(packages, count) {
  const sessions = [];
  for (let i = 0; i < count; i++) sessions.push(await load(packages));
  for (const session of sessions) must(run(session, "x = 1\nprint(x)"), "1");
  console.log("holding");
  await new Promise((resolve) => process.stdin.on("end", resolve).resume());
  return { held: sessions.length };
}

async function survive(packages) {
  const session = new Stoppable(packages);
  must(await session.run("x = 41\nprint(x)", 1), "41");
  const stopped = await session.run("while True: pass", 1);
  const after = await session.run("print(x + 1)", 1);
  const lives = after.status === "ok" && after.stdout.trim() === "42";
  return { stopped: stopped.status !== "ok", lives, error: after.error.slice(0, 300) };
}

async function main([packages, command, ...rest]) {
  const option = (name, otherwise) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : otherwise);
  const stdin = () => fs.readFileSync(0, "utf8");
  let answer;
  if (command === "print") {
    console.log(run(await load(packages), "print(1 + 1)").stdout.trim());
    return;
  }
  if (command === "info") {
    answer = { version: `pyodide ${(await load(packages)).version}, node ${process.versions.node}` };
  } else if (command === "latency") answer = await latency(packages);
  else if (command === "compute") answer = await compute(packages, stdin(), Number(option("--repeat", 3)));
  else if (command === "hold") answer = await hold(packages, Number(rest[0]));
  else if (command === "survive") answer = await survive(packages);
  else {
    const session = new Stoppable(packages);
    await session.ready;
    fs.writeFileSync(option("--result").replace(/\.json$/, ".begun"), "");
    const outcome = await session.run(stdin(), Number(option("--seconds", 0)));
    const { status, stdout, error } = outcome;
    answer = { status, stdout: stdout.slice(0, TEXT_KEPT), error: error.slice(-TEXT_KEPT) };
  }
  const result = option("--result");
  fs.writeFileSync(result + ".partial", JSON.stringify(answer));
  fs.renameSync(result + ".partial", result);
  process.exit(0);
}

if (isMainThread) await main(process.argv.slice(2));
else await work();
