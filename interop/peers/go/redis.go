package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// redis is one connection to Redis, for the contract's few commands.
type redis struct {
	connection net.Conn
	reader     *bufio.Reader
}

// connectRedis tries again and again: Redis may start later than this node.
func connectRedis(ctx context.Context, address string) (*redis, error) {
	var dialer net.Dialer
	for {
		connection, err := dialer.DialContext(ctx, "tcp", address)
		if err == nil {
			return &redis{connection, bufio.NewReader(connection)}, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("no Redis at %s: %w", address, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// ask sends a command; a list comes as its elements, what is null as nothing.
func (r *redis) ask(words ...string) ([]string, error) {
	if _, err := io.WriteString(r.connection, encoded(words...)); err != nil {
		return nil, err
	}
	return r.reply()
}

// handOver gives the value to who is blocked on the list at this moment; where nobody is, nothing stays.
func (r *redis) handOver(list, value string) (bool, error) {
	// Both leave at once, so that nobody sees the element who does not wait for it already.
	both := encoded("RPUSH", list, value) + encoded("LREM", list, "1", value)
	if _, err := io.WriteString(r.connection, both); err != nil {
		return false, err
	}
	if _, err := r.reply(); err != nil {
		return false, err
	}
	left, err := r.reply()
	return err == nil && left[0] == "0", err
}

// Commands that ask for a list, and those by which an address is left, which ask for nothing; any other asks for a value.
var (
	asksForList = strings.Fields("BLPOP BRPOP LPOP RPOP BLMPOP LMPOP BLMOVE LMOVE BRPOPLPUSH RPOPLPUSH LRANGE LINDEX LLEN")
	asksNothing = strings.Fields("SET RPUSH LPUSH LREM DEL UNLINK EXPIRE")
)

// commandAbout is the next command of anybody that asks for this key, on a connection that monitors Redis.
func (r *redis) commandAbout(key string) (string, error) {
	quoted := ` "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(key) + `"`
	for {
		// 1700000000.1 [0 127.0.0.1:4000] "GET" "a key"
		said, err := r.reply()
		if err != nil {
			return "", err
		}
		words := strings.SplitN(said[0], `"`, 3)
		if len(words) < 3 || !strings.Contains(words[2], quoted) {
			continue
		}
		if command := strings.ToUpper(words[1]); !slices.Contains(asksNothing, command) {
			return command, nil
		}
	}
}

func encoded(words ...string) string {
	command := fmt.Sprintf("*%d\r\n", len(words))
	for _, word := range words {
		command += fmt.Sprintf("$%d\r\n%s\r\n", len(word), word)
	}
	return command
}

func (r *redis) reply() ([]string, error) {
	line, err := r.reader.ReadString('\n')
	if err != nil {
		return nil, err
	}
	line = strings.TrimSuffix(line, "\r\n")
	if line == "" {
		return nil, fmt.Errorf("what answered is no Redis")
	}
	switch line[0] {
	case '+', ':':
		return []string{line[1:]}, nil
	case '-':
		return nil, fmt.Errorf("Redis answered: %s", line[1:])
	}
	count, err := strconv.Atoi(line[1:])
	if err != nil || count > 64<<10 {
		return nil, fmt.Errorf("what answered is no Redis")
	}
	if count < 0 {
		return nil, nil
	}
	if line[0] == '$' {
		content := make([]byte, count+2)
		for read := 0; read < len(content); {
			size, err := r.reader.Read(content[read:])
			if err != nil {
				return nil, err
			}
			read += size
		}
		return []string{string(content[:count])}, nil
	}
	all := []string{}
	for range count {
		one, err := r.reply()
		if err != nil {
			return nil, err
		}
		all = append(all, one...)
	}
	return all, nil
}
