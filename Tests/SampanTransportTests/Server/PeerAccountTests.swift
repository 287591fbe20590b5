@testable import SampanTransport
import Testing

@Suite("Account of an institution")
struct PeerAccountTests {
    @Test("windows grow up to the limit, and again when some has come back")
    func growth() {
        let account = PeerAccount(heldLimit: 1_000, growthLimit: 300)
        #expect(account.takeGrowth(200))
        #expect(!account.takeGrowth(101))
        #expect(account.takeGrowth(100))
        account.giveBackGrowth(200)
        #expect(account.takeGrowth(200))
        #expect(account.grownBytes == 300)
    }

    @Test("none grow while more than half of what may be held is held", arguments: [(500, true), (501, false)])
    func pressure(held: Int, grows: Bool) {
        let account = PeerAccount(heldLimit: 1_000, growthLimit: 300)
        account.count(held: held)
        #expect(account.takeGrowth(1) == grows)
    }

    @Test("an address has as many connections as it may have, and room again after one has gone")
    func addresses() {
        let tally = AddressTally(limit: 2)
        #expect(tally.enter("10.0.0.1") && tally.enter("10.0.0.1") && tally.enter("10.0.0.2"))
        #expect(!tally.enter("10.0.0.1"))
        tally.leave("10.0.0.1")
        #expect(tally.enter("10.0.0.1"))
        #expect(!tally.enter("10.0.0.1"))
        tally.leave("10.0.0.9")
        #expect(tally.enter("10.0.0.9"))
    }
}
