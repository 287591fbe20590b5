internal import SampanRPC

/// How a call is made once its own options, those of its method and those of the channel have been put together.
struct CallPlan {
    var options: CallOptions
    /// The deadline, on the clock of the loops in nanoseconds.
    var expires: Int64
    /// Bytes of the largest payload that may be sent.
    var maximumRequestBytes = Int.max
    var repetition: MethodConfig.Repetition?

    /// The shortest of all times counts, and the deadline of the call that is being handled: a call made while serving another never
    /// outlives it, and is of the same trace. The channel's default counts when there is no other.
    init(_ method: MethodDescriptor, _ options: CallOptions, _ core: ChannelCore) {
        self.options = options
        let outer = CallContext.current
        var life = outer.map { ($0.deadline - .now).clampedNanoseconds }
        if let outer, outer.priority != .normal, options.metadata[ascii: CallPriority.key] == nil {
            self.options.metadata.appendReceived(key: CallPriority.key, value: .ascii(outer.priority.name))
        }
        if let trace = outer?.trace, options.metadata[ascii: TraceParent.key] == nil {
            self.options.metadata.appendReceived(key: TraceParent.key, value: .ascii(trace.description))
        }
        func limit(to timeout: Duration) { life = min(life ?? .max, timeout.clampedNanoseconds) }
        if let timeout = options.timeout { limit(to: timeout) }
        // The usual case first: nothing is configured, and nothing is looked up.
        if !core.configuration.serviceConfig.methods.isEmpty, let config = core.configuration.serviceConfig.config(for: method) {
            if let timeout = config.timeout { limit(to: timeout) }
            if config.waitForReady { self.options.waitForReady = true }
            if let limit = config.maximumResponseBytes {
                self.options.maximumResponseBytes = min(options.maximumResponseBytes ?? core.callLimits.messageBytes, limit)
            }
            maximumRequestBytes = config.maximumRequestBytes ?? .max
            repetition = config.repetition
        }
        expires = EventLoop.readClock() + (life ?? core.defaultLife)
    }

    static func check(_ message: FramedMessage, _ limit: Int) throws(RPCError) {
        guard message.payloadLength <= limit else {
            throw RPCError(
                code: .resourceExhausted, message: "a request of \(message.payloadLength) bytes is over the limit of \(limit) bytes")
        }
    }
}
