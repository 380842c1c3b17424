// What has become of a photo on its way to the server. A photo: {sent, refused: why not, "" for no, dropped: why the
// person does not want it any more, dropped_sent, replaced_by: identity of the one taken in its place, replaced: the
// server knows it; on that one replaces and announced; cuts: how often it did not arrive whole}.

// Nothing more is to be done about it.
export const settled = (photo) => Boolean(photo.sent || photo.dropped_sent || photo.replaced);

// It will not be accepted as it is: a person takes another one, or gives it up.
export const refusedForGood = (photo) => Boolean(photo.refused) && !settled(photo) && !photo.dropped && !photo.replaced_by;

// It is still to be sent.
export const toSend = (photo) => !settled(photo) && !refusedForGood(photo) && !photo.dropped && !photo.replaced_by;
