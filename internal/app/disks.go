package app

import (
	"fmt"
	"path/filepath"
	"syscall"

	"bellwether/internal/instance"
	"bellwether/metrics"
)

// folders are those that grow; each may lie on a disk of its own.
var folders = []string{instance.Landing, instance.Warehouse, instance.Snapshots, instance.Casework, instance.Audit, instance.Temp}

// disks asks how much room each folder's disk has. A full disk is what stops a run most often, and it shows here before it does.
func disks(dir string) (map[string]metrics.Disk, error) {
	out := map[string]metrics.Disk{}
	for _, folder := range folders {
		var st syscall.Statfs_t
		if err := syscall.Statfs(filepath.Join(dir, folder), &st); err != nil {
			return nil, fmt.Errorf("ask how much room the folder %s has: %w", folder, err)
		}
		out[folder] = metrics.Disk{Free: float64(st.Bavail) * float64(st.Bsize), Size: float64(st.Blocks) * float64(st.Bsize)}
	}
	return out, nil
}
