"""Runs commands in turn, A B A B, and prints the medians of what each cost.

    measure.py ROUNDS PREPARE COMMAND [PREPARE COMMAND]...

A PREPARE is a line of shell that runs before each round of its command and is not measured; it may
be empty. A COMMAND is split into words and run without a shell. For each command one line comes
out: processor time (user and system, children included) and wall time in milliseconds, and the
peak of resident memory in megabytes. The peak is never below that of this program itself.

The clock of git moves on by a minute with every command. A command that fails ends everything.
With BENCH_UNTIL_LINE set, the wall time is that until the first line of the answer is there.
"""

import datetime
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import time


def clock(command_number):
    start = datetime.datetime.fromisoformat(os.environ["BENCH_START"])
    return (start + datetime.timedelta(minutes=command_number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def measure(words, environment):
    until_line = "BENCH_UNTIL_LINE" in os.environ
    program = shutil.which(words[0], path=environment["PATH"])
    if program is None:
        sys.exit(f"error: there is no program {words[0]}")
    output = os.memfd_create("output")
    actions = [(os.POSIX_SPAWN_DUP2, output, 1), (os.POSIX_SPAWN_DUP2, output, 2)]
    if until_line:
        answer, end = os.pipe()
        actions[0] = (os.POSIX_SPAWN_DUP2, end, 1)
    start = time.perf_counter()
    child = os.posix_spawn(program, words, environment, file_actions=actions)
    if until_line:
        os.close(end)
        with os.fdopen(answer, "rb") as lines:
            lines.readline()
            wall = time.perf_counter() - start
            lines.read()
    _, status, usage = os.wait4(child, 0)
    if not until_line:
        wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        os.lseek(output, 0, os.SEEK_SET)
        text = os.read(output, 1 << 16).decode(errors="replace")
        sys.exit(f"error: exit {os.waitstatus_to_exitcode(status)}: {shlex.join(words)}\n{text}")
    os.close(output)
    return (usage.ru_utime + usage.ru_stime) * 1000, wall * 1000, usage.ru_maxrss / 1024


def main():
    rounds = int(sys.argv[1])
    cases = [(prepare, shlex.split(command)) for prepare, command in zip(sys.argv[2::2], sys.argv[3::2])]
    costs = [[] for _ in cases]
    command_number = 0
    # The first round warms the caches and is not counted.
    for round_number in range(rounds + 1):
        for (prepare, words), cost in zip(cases, costs):
            command_number += 1
            now = clock(command_number)
            environment = os.environ | {"GIT_AUTHOR_DATE": now, "GIT_COMMITTER_DATE": now}
            if prepare:
                subprocess.run(["sh", "-c", prepare], check=True, env=environment)
            found = measure(words, environment)
            if round_number > 0:
                cost.append(found)
    for cost in costs:
        cpu, wall, _ = (statistics.median(column) for column in zip(*cost))
        print(f"{cpu:.3f} {wall:.3f} {max(memory for _, _, memory in cost):.1f}")


main()
