# shellcheck shell=sh
# The scratch kind: one static program, and not even a folder besides.
# Sourced by mkrootfs.

scratch_check() {
	check_program "$SOURCE"
	interpreter=$(interpreter "$SOURCE")
	[ -z "$interpreter" ] ||
		die "$SOURCE is dynamically linked: without $interpreter and its libraries it could not run"
}

scratch_make() {
	install -m 755 -- "$SOURCE" "$NEW/"
}
