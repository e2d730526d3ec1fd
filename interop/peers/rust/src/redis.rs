//! One connection to Redis, for the contract's few commands.

use std::{future::Future, pin::Pin, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::sleep,
};

use crate::Failure;

const RETRY: Duration = Duration::from_millis(100);
const MAX_REPLY: i64 = 64 << 10;

/// Commands that ask for a list, and those by which an address is left, which ask for nothing; any other asks for a value.
const ASKS_FOR_LIST: [&str; 13] = [
    "BLPOP",
    "BRPOP",
    "LPOP",
    "RPOP",
    "BLMPOP",
    "LMPOP",
    "BLMOVE",
    "LMOVE",
    "BRPOPLPUSH",
    "RPOPLPUSH",
    "LRANGE",
    "LINDEX",
    "LLEN",
];
const ASKS_NOTHING: [&str; 7] = ["SET", "RPUSH", "LPUSH", "LREM", "DEL", "UNLINK", "EXPIRE"];

pub struct Redis(BufReader<TcpStream>);

impl Redis {
    /// Tries again and again, since Redis may start later than this node: the caller says when it is enough.
    pub async fn connect(address: &str) -> Self {
        loop {
            match TcpStream::connect(address).await {
                Ok(socket) => return Self(BufReader::new(socket)),
                Err(_) => sleep(RETRY).await,
            }
        }
    }

    /// The value of a key, once it has one; the first element where it is a list.
    pub async fn poll(&mut self, key: &str) -> Result<String, Failure> {
        loop {
            let found = match self.ask(&["GET", key]).await {
                Err(error) if error.to_string().contains("WRONGTYPE") => {
                    self.ask(&["LPOP", key]).await
                }
                found => found,
            };
            match found?.pop() {
                Some(value) if !value.is_empty() => return Ok(value),
                _ => sleep(RETRY).await,
            }
        }
    }

    /// Gives the value to who is blocked on the list at this moment; where nobody is, nothing stays.
    pub async fn hand_over(&mut self, list: &str, value: &str) -> Result<bool, Failure> {
        // Both leave at once, so that nobody sees the element who does not wait for it already.
        let both = encoded(&["RPUSH", list, value]) + &encoded(&["LREM", list, "1", value]);
        self.0.get_mut().write_all(both.as_bytes()).await?;
        self.reply().await?;
        Ok(self.reply().await? == ["0"])
    }

    /// Whether the next command of anybody that asks for this key is one of lists, on a connection that monitors Redis.
    pub async fn is_asked_for_list(&mut self, key: &str) -> Result<bool, Failure> {
        let key = key.replace('\\', "\\\\").replace('"', "\\\"");
        let quoted = format!(" \"{key}\"");
        loop {
            // 1700000000.1 [0 127.0.0.1:4000] "GET" "a key"
            let said = self.reply().await?.concat();
            let mut words = said.splitn(3, '"').skip(1);
            let command = words.next().unwrap_or_default().to_uppercase();
            let about = words.next().is_some_and(|rest| rest.contains(&quoted));
            if about && !ASKS_NOTHING.contains(&command.as_str()) {
                return Ok(ASKS_FOR_LIST.contains(&command.as_str()));
            }
        }
    }

    /// A list comes as its elements, what is null as nothing.
    pub async fn ask(&mut self, words: &[&str]) -> Result<Vec<String>, Failure> {
        self.0
            .get_mut()
            .write_all(encoded(words).as_bytes())
            .await?;
        self.reply().await
    }

    fn reply(&mut self) -> Pin<Box<dyn Future<Output = Result<Vec<String>, Failure>> + Send + '_>> {
        Box::pin(async move {
            let mut line = String::new();
            self.0.read_line(&mut line).await?;
            let line = line.trim_end();
            let rest = line.get(1..).unwrap_or_default();
            match line.as_bytes().first() {
                Some(b'+' | b':') => return Ok(vec![rest.to_string()]),
                Some(b'-') => return Err(format!("Redis answered: {rest}").into()),
                Some(b'$' | b'*') => {}
                _ => return Err("what answered is no Redis".into()),
            }
            let count: i64 = rest.parse()?;
            if count > MAX_REPLY {
                return Err("what answered is no Redis".into());
            }
            if count < 0 {
                return Ok(Vec::new());
            }
            if line.starts_with('$') {
                let mut content = vec![0; count as usize + 2];
                self.0.read_exact(&mut content).await?;
                content.truncate(count as usize);
                return Ok(vec![String::from_utf8(content)?]);
            }
            let mut all = Vec::new();
            for _ in 0..count {
                all.append(&mut self.reply().await?);
            }
            Ok(all)
        })
    }
}

fn encoded(words: &[&str]) -> String {
    let mut command = format!("*{}\r\n", words.len());
    for word in words {
        command += &format!("${}\r\n{word}\r\n", word.len());
    }
    command
}
