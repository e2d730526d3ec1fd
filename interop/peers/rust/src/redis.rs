//! One connection to Redis, for the contract's four commands.

use std::{future::Future, pin::Pin, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::sleep,
};

use crate::Failure;

const RETRY: Duration = Duration::from_millis(100);
const MAX_REPLY: i64 = 64 << 10;

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

    /// The value of a key, once it has one.
    pub async fn poll(&mut self, key: &str) -> Result<String, Failure> {
        loop {
            match self.ask(&["GET", key]).await?.pop() {
                Some(value) if !value.is_empty() => return Ok(value),
                _ => sleep(RETRY).await,
            }
        }
    }

    /// A list comes as its elements, what is null as nothing.
    pub async fn ask(&mut self, words: &[&str]) -> Result<Vec<String>, Failure> {
        let mut command = format!("*{}\r\n", words.len());
        for word in words {
            command += &format!("${}\r\n{word}\r\n", word.len());
        }
        self.0.get_mut().write_all(command.as_bytes()).await?;
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
