/**
 * Tests of the first stage, on Kafka's mock of a consumer. Here and in {@code publish} these tests
 * cover what a bridge between Reactor and Kafka's clients must get right:
 *
 * <table>
 * <caption>Pitfalls and their tests</caption>
 * <tr><td>pitfall 1: polling never stops
 *     <td>{@code PollLoopTest.polling_whenAllIsPaused_goesOn}
 * <tr><td>pitfall 2: pause with hysteresis, on bytes
 *     <td>{@code PollLoopTest.lane_aboveTheHighMark_isPausedUntilHalfOfItIsReleased},
 *         {@code highMark_isSharedByAllLanes}
 * <tr><td>pitfall 3: no wakeup for demand; compare with the assignment
 *     <td>{@code PollLoopTest.polling_whenAllIsPaused_goesOn},
 *         {@code RebalanceTest.assignment_thatDiffersFromTheLanes_isAnError}
 * <tr><td>pitfall 4: revoked: drain, commit, then fence
 *     <td>{@code RebalanceTest.revocation_*}, {@code OwnershipTest.fence_*},
 *         {@code PublishingTest.lane_*}
 * <tr><td>pitfall 5: lost is not revoked
 *     <td>{@code RebalanceTest.loss_fencesBeforeItCompletesAndNeverCommits}
 * <tr><td>pitfall 6: hidden prefetch
 *     <td>{@code UnitQueueTest.demand_*}, {@code LaneTest.portions_offered_comeOnDemandAndThenTheEnd}
 * <tr><td>pitfall 7: offsets are not dense
 *     <td>{@code PollLoopTest.ranges_overHolesInTheOffsets_tile},
 *         {@code LaneRestoringTest.replay_overAnEndThatIsAMarker_ends}
 * <tr><td>pitfall 8: commit failures, older epochs
 *     <td>{@code TransactorTest.commit_ofAnOldGeneration_isTriedAgainWithTheNewMembership},
 *         {@code units_ofAnOlderEpoch_areDropped}, {@code producer_fenced_propagates}
 * <tr><td>pitfall 9: pause state across a rebalance
 *     <td>{@code RebalanceTest.assignment_ofMore_pausesTheNewOnly},
 *         {@code assignment_ofAPartitionAgain_opensAnotherLanePaused}
 * <tr><td>pitfall 10: poison records: the bytes are kept
 *     <td>{@code PollLoopTest.records_polled_keepKeyHeadersAndView},
 *         {@code PartialPublishingTest.deadLetter_*}; decoding has its own tests
 * <tr><td>pitfall 11: an error ends a Flux: close wholly, classify
 *     <td>{@code PollLoopTest.run_*}, {@code TransactorTest.permission_*},
 *         {@code UnitQueueTest.commit_thatFails_cancelsUpstreamAndFails},
 *         {@code HopTest.subscription_eachOfThem_opensItsOwnClients}, {@code RestartingTest.failure_*}
 * <tr><td>pitfall 12: shutdown order
 *     <td>{@code RebalanceTest.drain_*}, {@code PollLoopTest.run_closed_*},
 *         {@code HopTest.cancel_whileTheClientsAreBeingOpened_closesThemWhenTheyAreThere}
 * <tr><td>pitfall 13: send can block
 *     <td>{@code PublishingTest.producer_isUsedAndClosedOnOneThread}
 * <tr><td>pitfall 14: transactions
 *     <td>{@code TransactorTest.failure_*}, {@code lane_lostDuringAnAbortedTransaction_isNotSentAgain},
 *         {@code commit_timedOut_isRetriedNotAborted}, {@code revocation_waitingInVain_aborts}
 * <tr><td>pitfall 15: order and state in a lane; more lanes than a default concurrency
 *     <td>{@code HopTest.lanes_ofManyPartitions_allGoOnSideBySide}, {@code TwoHopsTest}
 * <tr><td>pitfall 16: commit metadata is limited
 *     <td>none is written: {@code TransactorTest.units_ofOneLane_commitTheLastOffset} compares it
 * <tr><td>pitfall 17: what group.protocol=consumer rejects
 *     <td>{@code ConsumingTest.properties_ofEachProtocol_areAcceptedByKafka}
 * <tr><td>pitfall 18: a buffer that outlives a rebalance
 *     <td>{@code RebalanceTest.assignment_ofAPartitionAgain_opensAnotherLanePaused},
 *         {@code TransactorTest.units_ofALostLane_areDroppedWhileOthersCommit}
 * <tr><td>pitfall 19: reset after retention
 *     <td>{@code PollLoopTest.offsets_deletedBeforeTheyWereRead_areInNoRange}, {@code LogHolesTest},
 *         {@code ConsumingTest.properties_thatOffsetsDependOn_areNotForUsersToSet}
 * <tr><td>the same on a broker: retention, offsets that expire, topics made anew
 *     <td>{@code RetentionIT}, {@code OffsetsLostIT}, {@code TopicMadeAnewIT},
 *         {@code InputTopicsTest}
 * <tr><td>pitfall 20: what is asked for most: lag, age, liveness
 *     <td>counts only so far: {@code CountsLineTest}; the service will show the rest
 * <tr><td>pitfall 21: idle input
 *     <td>{@code IdleTest}, {@code IdleProbeTest}, {@code PollLoopTest.tick_*}
 * <tr><td>pitfall 22: one producer's clock in the future closes every window
 *     <td>{@code WatermarkTest.futureTime_*},
 *         {@code WatermarkTest.watermark_nothingButRecordsOfTheFuture_movesLikePoison},
 *         {@code FutureProducerIT}; clocks that jump: {@code IdleTest}, {@code ClockJumpIT}
 * <tr><td>pitfall 23: redelivery: state and offset move together
 *     <td>{@code TransactorTest.units_ofOwnedLanes_commitRecordsAndOffsetsTogether},
 *         {@code LaneRestoringTest.startOffset_followsTheState}
 * </table>
 *
 * <p>What framing and records must get right is listed in the tests of {@code
 * io.losswatch.schemas.codec}.
 */
@NullMarked
package io.losswatch.stream.consume;

import org.jspecify.annotations.NullMarked;
