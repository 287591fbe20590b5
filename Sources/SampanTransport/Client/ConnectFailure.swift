internal import SampanRPC

/// Why an address could not be connected to, as calls are told.
struct ConnectFailure {
    let error: RPCError
    /// Whether it says more than that nobody answers: of several addresses of one node, the failure that does is the one to show.
    let isTelling: Bool

    init(_ authority: String, _ reason: CloseReason) {
        error = RPCError(code: reason.code, message: "no connection to \(authority): \(reason)")
        isTelling = reason.failedHandshake != nil
    }

    init(_ authority: String, _ reason: String) {
        error = RPCError(code: .unavailable, message: "no connection to \(authority): \(reason)")
        isTelling = false
    }
}

extension ConnectFailure? {
    /// Takes a newer failure in, unless the older one is more telling.
    mutating func take(_ newer: ConnectFailure) {
        if self?.isTelling != true || newer.isTelling { self = newer }
    }
}
