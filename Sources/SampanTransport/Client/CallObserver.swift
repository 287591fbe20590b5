internal import SampanRPC

/// Follows a call for somebody else than its reader. On the loop; the call lets go of it at its end.
protocol CallObserver: AnyObject {
    /// The head of the answer is there: the server has begun to answer.
    func receivedHead(_ call: ClientCall)
    func ended(_ call: ClientCall, _ error: RPCError?)
}
