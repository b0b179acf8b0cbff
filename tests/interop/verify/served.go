package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	bytesMax   = 1 << 25
)

// servedLog fetches what a log serves. It implements tlog.TileReader over the paths of C2SP tlog-tiles.
type servedLog struct {
	url     string
	fetched int
}

func (l *servedLog) get(path, mediaType string) ([]byte, error) {
	answer, err := http.Get(l.url + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	if got := answer.Header.Get("Content-Type"); got != mediaType {
		return nil, fmt.Errorf("%s is sent as %q, not as %q", path, got, mediaType)
	}
	l.fetched++
	return io.ReadAll(io.LimitReader(answer.Body, bytesMax))
}

// note fetches a checkpoint.
func (l *servedLog) note(path string) ([]byte, error) {
	return l.get(path, "text/plain; charset=utf-8")
}

func (l *servedLog) tile(tile tlog.Tile) ([]byte, error) {
	// x/mod puts the height before the level and calls the bundles "data"; C2SP does neither.
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if rest, isBundle := strings.CutPrefix(path, "data/"); isBundle {
		path = "entries/" + rest
	}
	return l.get("tile/"+path, "application/octet-stream")
}

func (l *servedLog) Height() int { return tileHeight }

func (l *servedLog) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	read := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data, err := l.tile(tile)
		if err != nil {
			return nil, err
		}
		read[i] = data
	}
	return read, nil
}

func (l *servedLog) SaveTiles([]tlog.Tile, [][]byte) {}

// entries fetches every bundle of a tree of this size, at the widths that it has there.
func (l *servedLog) entries(size int64) ([][]byte, error) {
	var entries [][]byte
	for first := int64(0); first < size; first += 1 << tileHeight {
		width := min(size-first, 1<<tileHeight)
		bundle, err := l.tile(tlog.Tile{H: tileHeight, L: -1, N: first >> tileHeight, W: int(width)})
		if err != nil {
			return nil, err
		}
		cut, err := cutBundle(bundle)
		if err != nil {
			return nil, err
		}
		if int64(len(cut)) != width {
			return nil, fmt.Errorf("the bundle at %d holds %d entries, not %d", first, len(cut), width)
		}
		entries = append(entries, cut...)
	}
	return entries, nil
}

// cutBundle takes a bundle apart after C2SP tlog-tiles: each entry after its length in two bytes.
func cutBundle(bundle []byte) ([][]byte, error) {
	var entries [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 {
			return nil, errors.New("a bundle ends within a length")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		if end > len(bundle) {
			return nil, errors.New("a bundle ends within an entry")
		}
		entries = append(entries, bundle[2:end])
		bundle = bundle[end:]
	}
	return entries, nil
}
