internal import SampanHTTP2
internal import SampanRPC

/// A connection that ends when its peer is refused. Loop-confined.
protocol CuttableConnection: AnyObject {
    var connection: Connection { get }
    /// Whether it takes no new calls, and ends with those that it has.
    var isDraining: Bool { get }
    /// The cuts that wait for its end; whoever implements this tells them (`LoopCut.closed`) and empties the list.
    var cuts: [LoopCut] { get set }
    /// It is about to be cut: it takes no new calls, and those that come all the same end with `reason`.
    func refuse(_ reason: RPCError)
    /// Whether one of its calls has one message each way.
    func isUnary(_ call: HTTP2Stream) -> Bool
    /// Ends one of its calls with a status, and its handler with it.
    func end(_ call: HTTP2Stream, _ reason: RPCError)
}
