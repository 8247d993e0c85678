// How far a channel has been read, written only while it is this instance that reads it.
import { ChannelPlaces } from './channel-places.js';

/** Whoever lost its turn must neither act on what it read nor say how far it came. */
export class LostTurn extends Error {
  override readonly name = 'LostTurn';
}

export class HeldPlaces extends ChannelPlaces {
  constructor(
    private readonly places: ChannelPlaces,
    private readonly isHeld: () => boolean,
  ) {
    super();
  }

  override load(channel: string): Promise<string | null> {
    return this.places.load(channel);
  }

  override async save(channel: string, place: string): Promise<void> {
    if (!this.isHeld()) throw new LostTurn('another instance listens by now');
    await this.places.save(channel, place);
  }
}
