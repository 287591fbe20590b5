internal import CNghttp2

/// How the heads of requests, and all trailers and answers, are taken field by field.
extension HTTP2Session {
    /// What became of a field, or of a head.
    enum HeadVerdict {
        case accepted
        /// The list of fields is longer than it may be.
        case tooLong
        /// The stream does not want it.
        case unwanted
    }

    /// A head begins, or trailers. `mayFollow`: its stream can take up what was kept of the last one.
    func beginHead(isTrailer: Bool, mayFollow: Bool) {
        unsafe headerListSize = 0
        unsafe isHeadMalformed = false
        if case .server = role { unsafe knownHead.begin(isTrailer: isTrailer, mayFollow: mayFollow) }
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
        guard unsafe !isHeadMalformed else { return .accepted }
        return withStream(id, else: .accepted) { stream in
            if case .server = role {
                unsafe isHeadMalformed = unsafe (knownHead.isFollowing && !catchUp(stream))
                    || !knownHead.rules.take(name: field.name, value: field.value)
                // The call is refused when the block is whole: see `refuseHead`.
                guard unsafe !isHeadMalformed else { return .accepted }
                unsafe knownHead.remember(field, isSecret: isSecret)
            }
            return unsafe stream.take(field) ? .accepted : .unwanted
        }
    }

    /// Whether the head, or the trailers, are those of a request by RFC 9113 §8, now that they are whole.
    func endHead(of stream: HTTP2Stream, endStream: Bool) -> Bool {
        guard case .server = role else { return true }
        guard unsafe !isHeadMalformed, unsafe !knownHead.isFollowing || catchUp(stream) else { return false }
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
