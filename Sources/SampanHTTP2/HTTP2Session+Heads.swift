internal import CNghttp2

/// How the heads of requests, and all trailers and answers, are taken field by field.
extension HTTP2Session {
    /// What became of a field, or of a head.
    enum HeadVerdict {
        case accepted
        /// The list of fields is longer than it may be.
        case tooLong
        /// It is none by RFC 9113 §8: a stream error (§8.1.1).
        case malformed
        /// The stream does not want it.
        case unwanted
    }

    /// A head begins, or trailers; `stream` is nil where nobody wants them.
    func beginHead(of stream: HTTP2Stream?, isTrailer: Bool) {
        unsafe headerListSize = 0
        unsafe isHeadRefused = stream == nil
        if case .server = role { unsafe knownHead.begin(isTrailer: isTrailer, mayFollow: stream?.keepsHeads == true) }
    }

    @inline(__always)
    func receivedField(_ name: OpaquePointer, _ value: OpaquePointer, isSecret: Bool, on id: Int32) -> HeadVerdict {
        let size = unsafe knownHead.follow(name, value)
        guard size == 0 else { return count(field: size) ? .accepted : .tooLong }
        return unsafe read(ReceivedField(name, value), isSecret: isSecret, on: id)
    }

    /// Takes a field that is not as it was last time.
    @inline(never)
    private func read(_ field: ReceivedField, isSecret: Bool, on id: Int32) -> HeadVerdict {
        guard unsafe count(field: field.size) else { return .tooLong }
        guard unsafe !isHeadRefused else { return .accepted }
        return withStream(id, else: .accepted) { stream in
            if case .server = role {
                if unsafe knownHead.isFollowing, !catchUp(stream) { return .malformed }
                guard unsafe knownHead.rules.take(name: field.name, value: field.value) else { return .malformed }
                unsafe knownHead.remember(field, isSecret: isSecret)
            }
            return unsafe stream.take(field) ? .accepted : .unwanted
        }
    }

    /// Whether the head, or the trailers, are whole and may be acted on.
    func endHead(of stream: HTTP2Stream, endStream: Bool) -> Bool {
        guard case .server = role else { return true }
        if unsafe knownHead.isFollowing, !catchUp(stream) { return false }
        guard unsafe knownHead.rules.isComplete(endStream: endStream) else { return false }
        if let length = unsafe knownHead.rules.contentLength { unsafe stream.missingBody = length }
        return !endStream || stream.hasWholeBody
    }

    /// Ends the following of the last head: the stream takes up what it kept of it, and reads what it did not.
    private func catchUp(_ stream: HTTP2Stream) -> Bool {
        let position = unsafe knownHead.position
        let kept = unsafe knownHead.keptPosition
        var index = kept
        if kept > 0, kept <= position {
            unsafe knownHead.rules = unsafe knownHead.keptRules
            stream.restoreHead()
        } else {
            unsafe knownHead.rules = RequestRules()
            index = 0
        }
        while index < position {
            guard let field = unsafe knownHead.field(index), unsafe knownHead.rules.take(name: field.name, value: field.value),
                unsafe stream.take(field)
            else { return false }
            index += 1
        }
        if kept != position { stream.keepHead() }
        unsafe knownHead.caughtUp()
        return true
    }
}
