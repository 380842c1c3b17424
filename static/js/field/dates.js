// Days and moments as the forms write them: 2018-11-03, 14:02. A day is the phone's own day.
const DAY = 24 * 3600 * 1000;
const two = (number) => String(number).padStart(2, "0");

export function dayOf(date) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function today() {
  return dayOf(new Date());
}

export function clock(date) {
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

export function moment(date) {
  return `${dayOf(date)} ${clock(date)}`;
}

// Whole days from one day to another; negative when the second is earlier.
export function daysBetween(from, to) {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

export function inDays(count, from = new Date()) {
  return new Date(from.getTime() + count * DAY);
}
