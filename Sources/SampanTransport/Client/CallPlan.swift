internal import SampanRPC

/// How a call is made once its own options, those of its method and those of the channel have been put together.
struct CallPlan {
    var options: CallOptions
    var deadline: ContinuousClock.Instant
    /// Bytes of the largest payload that may be sent.
    var maximumRequestBytes = Int.max
    var repetition: MethodConfig.Repetition?

    /// The shortest of all times counts, and the deadline of the call that is being handled: a call made while serving another never
    /// outlives it. The channel's default counts when there is no other.
    init(_ method: MethodDescriptor, _ options: CallOptions, _ configuration: ChannelConfiguration) {
        self.options = options
        let now = ContinuousClock.now
        var deadline = CallContext.current?.deadline
        if let timeout = options.timeout { deadline = min(deadline ?? now + timeout, now + timeout) }
        if let config = configuration.serviceConfig.config(for: method) {
            if let timeout = config.timeout { deadline = min(deadline ?? now + timeout, now + timeout) }
            if config.waitForReady { self.options.waitForReady = true }
            if let limit = config.maximumResponseBytes {
                self.options.maximumResponseBytes = min(options.maximumResponseBytes ?? configuration.maximumMessageBytes, limit)
            }
            maximumRequestBytes = config.maximumRequestBytes ?? .max
            repetition = config.repetition
        }
        self.deadline = deadline ?? now + configuration.defaultTimeout
    }

    static func check(_ message: FramedMessage, _ limit: Int) throws(RPCError) {
        guard message.payloadLength <= limit else {
            throw RPCError(
                code: .resourceExhausted, message: "a request of \(message.payloadLength) bytes is over the limit of \(limit) bytes")
        }
    }
}
