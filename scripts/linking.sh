#!/bin/sh
# Says how test programs are linked. Nobody attaches a debugger to them, so its tables and the names of symbols are left out, and the quicker
# of the usual linkers puts them together where it is installed: some sixty programs hold the engine, and each takes seconds to link.
if command -v ld.gold >/dev/null 2>&1; then
	echo "-s -w -extldflags=-fuse-ld=gold"
else
	echo "-s -w"
fi
