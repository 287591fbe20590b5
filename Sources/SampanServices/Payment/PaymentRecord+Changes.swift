internal import SampanAPI
internal import SampanDomain
internal import SampanFerry

extension PaymentRecord {
    /// A state that it has been in, with who brought it there and what that rests on (RF-05). Numbers are assigned once, so those of the
    /// record are those of then.
    func change(_ name: String, at time: UnixTime) -> PaymentV1.PaymentChange {
        let known: (state: PaymentV1.PaymentState, actor: String, proof: String?) =
            switch name {
            case "created": (.created, caller.text, requestID.text)
            case "closed": (.closed, channel.rawValue, nil)
            case "paid": (.paid, channel.rawValue, state.channelPayment?.transactionID)
            case "queued": (.queued, "gateway", state.seq.map(String.init))
            // Of one that was taken back, the receipt is the HIS's to show.
            case "posted": (.posted, "HIS", state.receipt?.text)
            case "rejected": (.rejected, state.seq == nil ? "gateway" : "HIS", state.reason?.code)
            case "expired": (.expired, state.seq == nil ? channel.rawValue : "HIS", state.reason?.code)
            case "refunding": (.refunding, "gateway", state.refundNo?.text)
            case "refunded": (.refunded, channel.rawValue, state.refundNo?.text)
            default: (.unspecified, "", nil)
            }
        return PaymentV1.PaymentChange(state: known.state, at: time.message, actor: known.actor, proof: known.proof ?? "")
    }
}
