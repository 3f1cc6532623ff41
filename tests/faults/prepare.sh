# What the test files of this folder have in common: the harness, built, and what its kinds of launches
# name. DIR is the folder that the harness gets.
# shellcheck shell=bash

DIR=$(user_dir)

# build NAME FILE...: a program of this folder, static
build() {
	local name=$1
	shift
	"$(command -v musl-gcc || echo cc)" -static -O1 -D_GNU_SOURCE -isystem "$TOP/build/kernel-headers" -o "$name" "$@" || exit 1
}
cd "$TOP/tests/faults" || exit 1
build "$WORK/faults" faults.c judge.c launch.c trace.c calls.c descriptors.c
build "$DIR/rootfs/bin/look" look.c
# What the kinds' words name; and all mount points, so that no launch changes anything in the rootfs.
(cd "$DIR/rootfs" && mkdir -p dev proc sys mnt tmp) || exit 1
# An overlay's folder as an earlier launch has left it, so that all launches make the same calls.
mkdir -p "$DIR/bound" "$DIR"/upper/upper "$DIR"/upper/work "$DIR"/user-upper/upper "$DIR"/user-upper/work
: >"$DIR/upper/lock"
: >"$DIR/user-upper/lock"
[ -z "$IS_ROOT" ] || chown -R "$USER_ID:$USER_ID" "$DIR/bound" "$DIR/user-upper"
echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >"$WORK/profile"
"$TOP/build/nslaunch-seccomp" "$WORK/profile" >"$DIR/filter" || exit 1

# cannot_run: where the harness cannot work; says so.
cannot_run() {
	if [ -z "$IS_ROOT" ]; then
		skip 'that takes root'
	elif [ "$(uname -m)" != x86_64 ]; then
		skip 'the harness knows the registers of x86-64 only'
	else
		return 1
	fi
}

# assertNoFaults MODE KIND...: none in launches of these kinds.
assertNoFaults() {
	local mode=$1 kind
	shift
	cannot_run && return
	for kind; do
		run "$WORK/faults" "$DIR" "$mode" "$kind"
		assertEquals "$mode $kind: status of the harness; $OUT$ERR" 0 "$STATUS"
	done
}
