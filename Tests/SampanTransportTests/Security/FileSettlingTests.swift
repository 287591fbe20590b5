@testable import SampanTransport
import Testing

@Suite("When changed files are read")
struct FileSettlingTests {
    private static func machine() -> FileSettling<Int> {
        FileSettling(1, settleTime: .milliseconds(500), interval: .seconds(10))
    }

    @Test("files that have not changed are not read")
    func unchanged() {
        var machine = Self.machine()
        #expect(machine.looked(1, at: .zero) == .wait(.seconds(10)))
        #expect(machine.looked(1, at: .seconds(3_600)) == .wait(.seconds(10)))
    }

    @Test("changed files are read once they have stayed as they are; each change begins anew")
    func settles() {
        var machine = Self.machine()
        #expect(machine.looked(2, at: .seconds(1)) == .wait(.milliseconds(500)))
        #expect(machine.looked(2, at: .milliseconds(1_200)) == .wait(.milliseconds(300)))
        #expect(machine.looked(3, at: .milliseconds(1_400)) == .wait(.milliseconds(500)))
        #expect(machine.looked(3, at: .milliseconds(1_899)) == .wait(.milliseconds(1)))
        #expect(machine.looked(3, at: .milliseconds(1_900)) == .read)
        machine.took(3, at: .milliseconds(1_900))
        #expect(machine.looked(3, at: .milliseconds(1_901)) == .wait(.seconds(10)))
    }

    @Test("a set that stays broken is reported once, and again when it has changed and is still broken")
    func broken() {
        var machine = Self.machine()
        for (stamp, start) in [(2, Duration.seconds(100)), (3, .seconds(200))] {
            #expect(machine.looked(stamp, at: start) == .wait(.milliseconds(500)))
            let read = start + .milliseconds(500)
            #expect(machine.looked(stamp, at: read) == .read)
            machine.failed(stamp, at: read)
            #expect(machine.looked(stamp, at: read + .seconds(9)) == .wait(.seconds(1)))
            #expect(machine.looked(stamp, at: read + .seconds(10)) == .report)
            #expect(machine.looked(stamp, at: read + .seconds(20)) == .wait(.seconds(10)))
        }
    }

    @Test("a set that becomes whole in time is never reported")
    func mended() {
        var machine = Self.machine()
        _ = machine.looked(2, at: .zero)
        #expect(machine.looked(2, at: .seconds(1)) == .read)
        machine.failed(2, at: .seconds(1))
        #expect(machine.looked(3, at: .seconds(5)) == .wait(.milliseconds(500)))
        #expect(machine.looked(3, at: .seconds(6)) == .read)
        machine.took(3, at: .seconds(6))
        #expect(machine.looked(3, at: .seconds(60)) == .wait(.seconds(10)))
    }

    @Test("files that change while they are read are read again", arguments: [false, true])
    func changedMeanwhile(worked: Bool) {
        var machine = Self.machine()
        _ = machine.looked(2, at: .zero)
        #expect(machine.looked(2, at: .seconds(1)) == .read)
        if worked { machine.took(3, at: .seconds(1)) } else { machine.failed(3, at: .seconds(1)) }
        #expect(machine.isSettling)
        #expect(machine.looked(3, at: .milliseconds(1_500)) == .read)
    }
}
