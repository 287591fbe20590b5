internal import SampanHTTP2
internal import SampanRPC

/// What is remembered of a call that did not end well (Docs/Observability.md, Why a call failed).
extension ServerCall {
    /// The field of trailers that names the call to its caller.
    static let idKey = "sampan-call-id"

    /// The head of the answer goes.
    func noteHead() {
        hasSentHead = true
        answerBegan = loop.nowNanoseconds
    }

    /// The status with the call's identifier, under which it is remembered. One that comes from another node keeps that node's.
    @inline(never) func identified(_ error: RPCError, _ origin: CallRecord.Origin, _ endedLeg: RelayedCall?) -> RPCError {
        guard let recorder = unsafe loop.callRecorder else { return error }
        var error = error
        let told = error.metadata[ascii: Self.idKey].flatMap { TraceID($0) }
        let id = told ?? traceID ?? recorder.makeID()
        if told == nil {
            error.metadata = error.metadata.without(Self.idKey)
            error.metadata.appendReceived(key: Self.idKey, value: .ascii("\(id)"))
        }
        recorder.keep(record(id, error, origin, endedLeg ?? leg, recorder))
        return error
    }

    /// Its caller has gone, and is told nothing.
    @inline(never) func recordAbandoned(_ code: HTTP2ErrorCode) {
        guard let recorder = unsafe loop.callRecorder else { return }
        let error =
            switch code {
            case .cancel: RPCError(code: .cancelled, message: "the caller has cancelled the call, or stopped waiting for it")
            case .connectionLost: RPCError(code: .cancelled, message: "the caller's connection was lost")
            default: RPCError(code: .internal, message: "the caller has reset the call (HTTP/2 code \(code.rawValue))")
            }
        recorder.keep(record(traceID ?? recorder.makeID(), error, .caller, leg, recorder))
    }

    /// It did well, and took long.
    @inline(never) func recordSlow() {
        guard let recorder = unsafe loop.callRecorder else { return }
        // A stream that tells begins when there is something to tell.
        guard leg != nil || isUnary else { return }
        unsafe loop.slowThreshold = recorder.keepSlow(
            record(traceID ?? recorder.makeID(), RPCError(code: .ok, message: ""), .here, leg, recorder))
    }

    private var traceID: TraceID? {
        if let trace = context?.trace { return trace.traceID }
        return unsafe head.metadata.isEmpty ? nil : head.metadata[ascii: TraceParent.key].flatMap { TraceParent($0)?.traceID }
    }

    private func record(
        _ id: TraceID, _ error: RPCError, _ origin: CallRecord.Origin, _ leg: RelayedCall?, _ recorder: CallRecorder
    ) -> CallRecord {
        let now = loop.nowNanoseconds
        // A head that was refused as it came has begun nothing.
        let began = state == .head && context == nil ? now : began
        let method = unsafe context?.method ?? handler?.method ?? head.handler?.method
        let caller = (context?.peer ?? connection.peer).identity
        let name = unsafe method.map { "\($0)" } ?? head.unservedPath
        var finding = method.map { recorder.find(error, caller, $0) } ?? CallRecord.Finding()
        var message = error.message
        if let refusal = error.cause as? LoadRefusal {
            (finding.reason, finding.domain) = (refusal.reason, "limits.sampan")
            message += " (\(refusal.limit(load.limits)))"
        }
        let isOurs = origin != .handler && origin != .nextNode
        let handed = leg.map(\.began) ?? arrivedForHandler
        return CallRecord(
            id: id, at: CallRecorder.wallClock() - (EventLoop.readClock() - began),
            handedOver: handed.flatMap { $0 >= began && $0 <= now ? $0 - began : nil },
            firstByte: hasSentHead && answerBegan >= began ? answerBegan - began : nil, ended: now - began,
            deadlineLeft: context == nil ? nil : expires - now,
            method: name.cut(to: CallRecord.longestMethod), caller: caller,
            via: unsafe head.route?.via ?? [], code: error.code, origin: origin,
            message: isOurs ? message.cut(to: CallRecord.longestText) : "",
            finding: finding, route: leg?.target ?? "",
            endpoint: leg?.endpoint ?? "", attempts: leg?.lostAttempts ?? [], previousAttempts: Int(unsafe head.previousAttempts),
            priority: priority)
    }

    /// When a handler could have begun; nil where none could.
    private var arrivedForHandler: Int64? { unsafe handler != nil && arrived > 0 ? arrived : nil }
}

extension Metadata {
    /// All but the entries of one key.
    fileprivate func without(_ key: String) -> Metadata {
        guard contains(where: { $0.key == key }) else { return self }
        var rest = Metadata()
        for entry in self where entry.key != key { rest.appendReceived(key: entry.key, value: entry.value) }
        return rest
    }
}
