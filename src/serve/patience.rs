//! A connection whose other side must take what it is sent.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// Bytes that a client which is behind must take within our patience: a line
/// of 28 kbit/s does.
pub(super) const ENOUGH: usize = 64 * 1024;

/// Ends with an error when too little could be written for a while.
///
/// hyper bounds how long a request's head takes and the router how long its
/// answer takes to begin, but nobody else bounds a client that asks and never
/// reads, or reads a byte now and then.
pub(super) struct Patient<S> {
    stream: S,
    patience: Duration,
    waiting: Option<Waiting>,
}

/// Since the client fell behind.
struct Waiting {
    end: Pin<Box<Sleep>>,
    taken: usize,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, patience: Duration) -> Self {
        Self {
            stream,
            patience,
            waiting: None,
        }
    }

    fn judge(
        &mut self,
        written: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(result) = written {
            if let (Some(waiting), Ok(bytes)) = (&mut self.waiting, &result) {
                waiting.taken += bytes;
                if waiting.taken >= ENOUGH {
                    self.waiting = None;
                }
            }
            return Poll::Ready(result);
        }
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert_with(|| Waiting {
            end: Box::pin(sleep(patience)),
            taken: 0,
        });
        ready!(waiting.end.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.judge(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Asked for once everything was written: the client has caught up.
        self.waiting = None;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test]
    async fn a_client_that_reads_nothing_is_given_up() {
        let (ours, mut theirs) = duplex(4);
        let mut patient = Patient::new(ours, Duration::from_millis(50));
        patient.write_all(b"four").await.expect("there is room");
        let error = patient.write_all(b"more").await.expect_err("there is none");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);

        let mut taken = [0; 4];
        theirs.read_exact(&mut taken).await.expect("it was sent");
        patient.write_all(b"more").await.expect("there is room");
    }

    #[tokio::test]
    async fn a_client_that_reads_a_little_is_given_up_too() {
        let (ours, mut theirs) = duplex(4);
        let mut patient = Patient::new(ours, Duration::from_millis(100));
        let reader = tokio::spawn(async move {
            let mut taken = 0;
            while let Ok(Ok(_)) =
                tokio::time::timeout(Duration::from_secs(5), theirs.read_u8()).await
            {
                taken += 1;
                sleep(Duration::from_millis(5)).await;
            }
            taken
        });
        let error = patient.write_all(&[0; 1024]).await.expect_err("too slow");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(patient);
        assert!(reader.await.expect("it ended") > 4);
    }
}
