# shellcheck shell=bash
# nsinit alone, as its tests start it: for bash, after tests/lib.sh.
# Owns the ways in which it is started, and what of it runs where. Not what is expected of it.
# shellcheck disable=SC2034 # some of the variables are for the tests

HELPER=$WORK/signals
"$(command -v musl-gcc || echo cc)" -static -o "$HELPER" "$TOP/tests/helpers/signals.c" || exit 1
OUTPUT=$WORK/output
PROGRAM=$(realpath "$NSINIT")

NAMESPACE=(unshare -pf --mount-proc)
[ -n "$IS_ROOT" ] || NAMESPACE=(unshare -Urpf --mount-proc)
# An older kernel, where nsinit has to wait for each of its children.
OLDER=(strace -f --seccomp-bpf -qq -o /dev/null -e trace=pidfd_open -e inject=pidfd_open:error=ENOSYS)

# ways FUNCTION: with nsinit as a child, and as process 1. BEFORE goes before its name, WAY says it.
BEFORE=() WAY=child
ways() {
	BEFORE=() WAY=child
	"$@"
	BEFORE=("${NAMESPACE[@]}") WAY=process-1
	"$@"
	BEFORE=() WAY=child
}

# kernels FUNCTION: the same, and both again on an older kernel.
kernels() {
	ways "$@"
	BEFORE=("${OLDER[@]}") WAY='child, older kernel'
	"$@"
	BEFORE=("${OLDER[@]}" "${NAMESPACE[@]}") WAY='process-1, older kernel'
	"$@"
	BEFORE=() WAY=child
}
is_process_1() { [[ $WAY == process-1* ]]; }

# nsinit ARG...: runs it to its end.
nsinit() { run timeout -k 1 30 "${BEFORE[@]}" "$NSINIT" "$@"; }

# start ARG...: in the background, its output in OUTPUT. STARTED is the shell's child, INIT nsinit.
# A shell ignores SIGINT and SIGQUIT for what it starts in the background.
start() {
	env --default-signal "${BEFORE[@]}" "$NSINIT" "$@" >"$OUTPUT" 2>&1 &
	STARTED=$!
	wait_until 10 find_init || fail "$WAY: it does not start: $(cat "$OUTPUT")"
}
find_init() {
	INIT=$STARTED
	until [ "$(readlink "/proc/$INIT/exe")" = "$PROGRAM" ]; do
		INIT=$(pgrep -P "$INIT") || return
	done
	# Not what nsinit is starting, which is nsinit until its exec.
	[ "$(readlink "/proc/$(ps -o ppid= -p "$INIT" | tr -d ' ')/exe")" != "$PROGRAM" ]
}

# await_lines N TEXT: until N lines of the output are TEXT, or begin with it and a space.
await_lines() {
	wait_until 20 has_lines "$@" || fail "$WAY: no $1 times '$2' in: $(head -n 5 "$OUTPUT")"
}
has_lines() { [ "$(grep -cE "^$2( |\$)" "$OUTPUT")" -ge "$1" ]; }

# wait_for_end: of what was started; STATUS is its exit status, OUT what it printed.
wait_for_end() {
	wait_until 20 has_ended "$STARTED" || {
		fail "$WAY: it does not end"
		kill -KILL "$INIT" "$STARTED"
	}
	STATUS=0
	wait "$STARTED" 2>/dev/null || STATUS=$?
	OUT=$(cat "$OUTPUT")
	ERR=$OUT
}
# A zombie has ended.
has_ended() { ! grep -qs '^State:.[^ZX]' "/proc/$1/status"; }

# bits N...: 64 bits in hexadecimal, those of the signals N set.
bits() {
	local signal set=0
	for signal; do set=$((set | 1 << (signal - 1))); done
	printf '%x\n' "$set"
}
# another_user NUMBER: from now on, until the next way, as a user whom only this test has. Queued
# signals count for the user: a flood of root's own would take timers from everybody else.
another_user() {
	[ -z "$IS_ROOT" ] || BEFORE+=(setpriv --reuid "$((USER_ID + $1))" --regid "$USER_ID" --clear-groups)
}

# A number for sleep(1) that no other test uses.
unique() { echo "9$$$RANDOM"; }
nobody_is() { ! pgrep -f "$1"; }
