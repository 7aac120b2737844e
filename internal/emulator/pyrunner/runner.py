# Copyright (c) The mlws Authors
# SPDX-License-Identifier: MPL-2.0
"""Runs one scoring script for the emulator.

Requests come in on standard input and replies go out on standard output, as
frames: two big-endian 32-bit lengths, a JSON header, a body. Both descriptors
are moved away before any of the user's code runs, so that whatever it prints
goes to standard error, which is the service's log.
"""

import importlib.util
import json
import os
import queue
import shutil
import signal
import struct
import sys
import threading
import time
import traceback
import types

from mlws_serving import Library, Refused, Run, render

LENGTHS = struct.Struct(">II")
OURS = (__file__, Run.__init__.__code__.co_filename)


def take_pipes():
    """Keep the pipes for frames, and leave the user's code the log alone."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace", line_buffering=True)
    return requests, replies


def log(text):
    print(text, file=sys.stderr, flush=True)


def log_exception(title, error):
    """Log a traceback that begins in the user's code, not in this file."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename in OURS + ("<frozen importlib._bootstrap_external>", "<frozen importlib._bootstrap>"):
        frames = frames.tb_next
    log(title + "\n" + "".join(traceback.format_exception(type(error), error, frames)).rstrip("\n"))


def one_line(error):
    return "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()[-1]


class Channel:
    """The replies' side of the pipes; several threads answer."""

    def __init__(self, replies):
        self.replies, self.lock = replies, threading.Lock()

    def send(self, header, body=b""):
        head = json.dumps(header).encode()
        with self.lock:
            self.replies.write(LENGTHS.pack(len(head), len(body)) + head)
            self.replies.write(body)
            self.replies.flush()


def read_requests(requests, jobs, folder):
    """Queue what comes in. The end of it means that the emulator is gone."""
    while True:
        lengths = requests.read(LENGTHS.size)
        if len(lengths) < LENGTHS.size:
            end(folder)
        head, body = LENGTHS.unpack(lengths)
        header, content = requests.read(head), requests.read(body)
        if len(header) < head or len(content) < body:
            end(folder)
        jobs.put((json.loads(header), content))


def end(folder):
    """Leave nothing behind: no file, no process that the user's code started."""
    shutil.rmtree(folder, ignore_errors=True)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)


class Script:
    """The user's entry script, or a driver program with it: init() once, and then run() per request."""

    def __init__(self, path):
        spec = importlib.util.spec_from_file_location("entry_module", path)
        module = importlib.util.module_from_spec(spec)
        sys.modules["entry_module"] = module
        spec.loader.exec_module(module)
        for name in ("init", "run"):
            if not callable(getattr(module, name, None)):
                raise AttributeError("%s defines no function %s()" % (os.path.basename(path), name))
        # A driver program hides the decorators of run(), so the script's own is called.
        inner = getattr(module, "driver_module", None)
        self.run = Run(inner.run if isinstance(inner, types.ModuleType) and hasattr(inner, "run") else module.run)
        module.init()


def work(script, jobs, channel):
    """Answer requests for ever."""
    while True:
        header, content = jobs.get()
        reply, body = {"id": header["id"]}, b""
        began = time.perf_counter()
        try:
            reply["status"], reply["headers"], body = render(script.run(header, content))
        except Refused as refusal:
            reply["status"], reply["refused"] = refusal.status, refusal.message
        except SystemExit as error:
            # No worker survives this in the serving image either.
            log_exception("run() ended the worker process", error)
            os._exit(1)
        except BaseException as error:  # whatever the user's code raises
            log_exception("Encountered Exception in run()", error)
            reply["failed"], body = one_line(error), b""
        reply["seconds"] = time.perf_counter() - began
        channel.send(reply, body)


def main():
    settings = json.loads(sys.argv[1])
    requests, replies = take_pipes()
    channel, jobs = Channel(replies), queue.Queue()
    threading.Thread(target=read_requests, args=(requests, jobs, settings["folder"]), daemon=True).start()
    # The folder of this file is no place for modules; the working directory is.
    sys.path[0] = os.getcwd()
    if settings["source"]:
        sys.path.append(os.path.join(os.getcwd(), settings["source"]))
    sys.meta_path.append(Library())
    sys.argv = [settings["script"]]
    log("Invoking user's init function")
    try:
        script = Script(os.path.join(os.getcwd(), settings["script"]))
    except BaseException as error:
        log_exception("Exception in worker process", error)
        channel.send({"failed": one_line(error)})
        os._exit(3)
    log("Users's init has completed successfully")
    channel.send({"ready": True})
    for _ in range(settings["parallel"] - 1):
        threading.Thread(target=work, args=(script, jobs, channel), daemon=True).start()
    # If one request at a time is served, run() has the main thread, as in the serving image.
    work(script, jobs, channel)


if __name__ == "__main__":
    main()
