package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// checkWithModule opens the newest checkpoint and those of sizes with golang.org/x/mod, rebuilds the tree from the served
// tiles, proves every entry in it, and proves every older tree to be its beginning. It returns the entries.
func checkWithModule(policy *policy, log *servedLog, sizes string) ([][]byte, error) {
	verifiers, err := moduleVerifiers(policy)
	if err != nil {
		return nil, err
	}
	newest, err := openTree(log, "checkpoint", policy.origin(), verifiers)
	if err != nil {
		return nil, err
	}
	say("x/mod", "the newest checkpoint, of %d entries, is signed with the policy's key", newest.N)
	if root, err := tlog.TreeHash(newest.N, tlog.TileHashReader(newest, log)); err != nil || root != newest.Hash {
		return nil, fmt.Errorf("the tiles give the root %v, not %v: %w", root, newest.Hash, err)
	}
	entries, err := log.entries(newest.N)
	if err != nil {
		return nil, err
	}
	if err := proveEntries(newest, log, entries); err != nil {
		return nil, err
	}
	say("x/mod", "%d of %d entries are included, their hashes are those of the tiles at level 0", len(entries), newest.N)
	older, err := parseSizes(sizes)
	if err != nil {
		return nil, err
	}
	for _, size := range older {
		tree, err := openTree(log, "checkpoints/"+strconv.FormatInt(size, 10), policy.origin(), verifiers)
		if err != nil {
			return nil, err
		}
		if err := proveBeginning(tree, newest, log); err != nil {
			return nil, fmt.Errorf("from %d to %d: %w", tree.N, newest.N, err)
		}
	}
	say("x/mod", "%d older checkpoints are beginnings of it; %d files fetched", len(older), log.fetched)
	return entries, nil
}

func moduleVerifiers(policy *policy) (note.Verifiers, error) {
	var verifiers []note.Verifier
	for _, vkey := range ofType(policy.logs, typeEd25519) {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", vkey, err)
		}
		verifiers = append(verifiers, verifier)
	}
	return note.VerifierList(verifiers...), nil
}

func openTree(log *servedLog, path, origin string, verifiers note.Verifiers) (tlog.Tree, error) {
	signed, err := log.note(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(signed, verifiers)
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("%s: %w", path, err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != origin {
		return tlog.Tree{}, fmt.Errorf("%s is no checkpoint of %s: %q", path, origin, opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func proveEntries(tree tlog.Tree, log *servedLog, entries [][]byte) error {
	remembered := &rememberingReader{from: log, tiles: map[tlog.Tile][]byte{}}
	reader := tlog.TileHashReader(tree, remembered)
	for index, entry := range entries {
		leaf := tlog.RecordHash(entry)
		stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(index))})
		if err != nil {
			return err
		}
		if stored[0] != leaf {
			return fmt.Errorf("entry %d hashes to %v, the tile holds %v", index, leaf, stored[0])
		}
		proof, err := tlog.ProveRecord(tree.N, int64(index), reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), leaf); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
	}
	return nil
}

// proveBeginning also reads the older tree from the partial tiles of its own size, which a log goes on serving.
func proveBeginning(older, newer tlog.Tree, log *servedLog) error {
	if root, err := tlog.TreeHash(older.N, tlog.TileHashReader(older, log)); err != nil || root != older.Hash {
		return fmt.Errorf("the tiles of %d entries give the root %v: %w", older.N, root, err)
	}
	proof, err := tlog.ProveTree(newer.N, older.N, tlog.TileHashReader(newer, log))
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash); err != nil {
		return err
	}
	if len(proof) > 0 {
		proof[0][0] ^= 1
		if tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash) == nil {
			return errors.New("a bent proof was accepted")
		}
	}
	return nil
}

// rememberingReader keeps tiles, so that each is fetched once for all entries. What it keeps is still verified at every use.
type rememberingReader struct {
	from  *servedLog
	tiles map[tlog.Tile][]byte
}

func (r *rememberingReader) Height() int { return tileHeight }

func (r *rememberingReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	read := make([][]byte, len(tiles))
	for i, tile := range tiles {
		if _, known := r.tiles[tile]; !known {
			data, err := r.from.tile(tile)
			if err != nil {
				return nil, err
			}
			r.tiles[tile] = data
		}
		read[i] = r.tiles[tile]
	}
	return read, nil
}

func (r *rememberingReader) SaveTiles([]tlog.Tile, [][]byte) {}
