extension EventLoopGroup {
    /// Has calls that begin from now on be recorded; none are before. From any task.
    package func trace(_ sampling: TraceSampling) async {
        for loop in loops { await loop.run { unsafe loop.recorder = SpanRecorder(sampling) } }
    }

    /// The spans that ended since this was last asked, of all loops. From any task.
    package func takeSpans() async -> [CallSpan] {
        var spans: [CallSpan] = []
        for loop in loops { spans += await loop.run { unsafe loop.recorder?.take() ?? [] } }
        return spans
    }

    /// Spans that nobody took in time, since tracing began.
    package func droppedSpans() async -> UInt64 {
        var dropped: UInt64 = 0
        for loop in loops { dropped &+= await loop.run { unsafe loop.recorder?.dropped ?? 0 } }
        return dropped
    }
}
